import { type DynamicModule, Module } from '@nestjs/common';
import { type Config, PlatformModule } from '#platform';
import { SessionsModule } from '#sessions';

@Module({})
class CliModule {}

/** What operators' commands work with: the same services as the processes, consuming no queue. */
export function cliModule(config: Config): DynamicModule {
  return {
    module: CliModule,
    imports: [PlatformModule.forProcess(config, { name: 'cli', consumedQueues: 0 }), SessionsModule],
  };
}

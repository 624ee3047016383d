import { type DynamicModule, Module } from '@nestjs/common';
import { queues } from '#contracts';
import { type Config, PlatformModule } from '#platform';
import { SessionsModule } from '#sessions';
import { DispatcherService } from './dispatch/dispatcher.service.js';
import { EventsProcessor } from './events/events.processor.js';
import { LifecycleProcessor } from './lifecycle/lifecycle.processor.js';
import { ModerationProcessor } from './moderation/moderation.processor.js';
import { UpkeepProcessor } from './upkeep/upkeep.processor.js';

@Module({ providers: [EventsProcessor, LifecycleProcessor, ModerationProcessor, UpkeepProcessor, DispatcherService] })
class WorkerModule {}

/** Everything that changes state because of what happened, or because it is time. */
export function workerModule(config: Config): DynamicModule {
  const consumedQueues = Object.keys(queues).length;
  return {
    module: WorkerModule,
    imports: [PlatformModule.forProcess(config, { name: 'worker', consumedQueues }), SessionsModule],
  };
}

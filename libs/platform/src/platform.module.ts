import { type DynamicModule, Global, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { ApiKeyRepository } from './auth/api-key.repository.js';
import { AwsClients } from './aws/aws-clients.js';
import { Governor } from './aws/governor/governor.js';
import { openGovernor } from './aws/governor/open-governor.js';
import { Bus } from './bus/bus.js';
import { PostgresBus } from './bus/postgres.bus.js';
import { RedisBus } from './bus/redis.bus.js';
import { Clock, SystemClock } from './clock.js';
import { Config } from './config/config.js';
import { Database } from './database/database.js';
import { IdempotentRequests } from './idempotency/idempotent-requests.js';
import { Ids } from './ids.js';
import { createLogger, LOGGER, type Logger } from './logging/logger.js';
import { JobQueues } from './queues/job-queues.js';
import { openPostgresBackend, openRedisBackend } from './queues/queue-backend.js';
import { redisPrefix } from './queues/redis-prefix.js';
import { WorkRunner } from './work/work-runner.js';
import { WorkTable } from './work/work-table.js';

/** Which process this is: names it in logs and in the database, and says how many queues it consumes. */
export interface ProcessOptions {
  name: 'gateway' | 'worker' | 'cli';
  /** Queues that this process consumes; each holds a database connection where queues run on Postgres. */
  consumedQueues: number;
}

/** Everything below the domains, for every module of a process: config, clock, database, queues, bus, AWS. */
@Global()
@Module({})
export class PlatformModule implements OnApplicationShutdown {
  constructor(
    private readonly jobs: JobQueues,
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly aws: AwsClients,
    private readonly governor: Governor,
  ) {}

  static forProcess(config: Config, options: ProcessOptions): DynamicModule {
    const providers = providersFor(config, options);
    return { module: PlatformModule, providers, exports: providers };
  }

  /** Runs after every other module's shutdown, since all of them depend on this one. */
  async onApplicationShutdown(): Promise<void> {
    // First: jobs that wait for AWS's quota would keep the queues from closing.
    await this.governor.close();
    await this.jobs.close();
    await this.bus.close();
    await this.database.close();
    this.aws.close();
  }
}

function providersFor(config: Config, options: ProcessOptions): Provider[] {
  return [
    { provide: Config, useValue: config },
    { provide: Clock, useValue: new SystemClock(config.env.STAGEDOOR_CLOCK_SCALE, config.env.STAGEDOOR_CLOCK_ORIGIN) },
    { provide: Ids, useClass: Ids },
    { provide: LOGGER, useValue: createLogger(options.name, config.env.LOG_LEVEL) },
    {
      provide: Database,
      inject: [LOGGER],
      useFactory: (logger: Logger) =>
        new Database(
          config.databaseUrl,
          { max: config.env.DATABASE_POOL_MAX, applicationName: `stagedoor-${options.name}` },
          logger,
        ),
    },
    {
      provide: Governor,
      inject: [Database, Ids, LOGGER],
      useFactory: (database: Database, ids: Ids, logger: Logger) =>
        openGovernor({ config, database, ids, logger, isInteractive: options.name === 'gateway' }),
    },
    {
      provide: AwsClients,
      inject: [Governor],
      useFactory: (governor: Governor) => new AwsClients(config, governor),
    },
    {
      provide: JobQueues,
      inject: [Database, LOGGER],
      useFactory: async (database: Database, logger: Logger) =>
        new JobQueues(await openQueues(config, options, database, logger), logger),
    },
    {
      provide: Bus,
      inject: [Database, LOGGER],
      useFactory: (database: Database, logger: Logger) => openBus(config, database, logger),
    },
    {
      provide: WorkTable,
      inject: [Database, Clock, Ids],
      useFactory: (database: Database, clock: Clock, ids: Ids) => new WorkTable(database, clock, ids),
    },
    {
      provide: ApiKeyRepository,
      inject: [Database, Bus, Clock, Ids],
      useFactory: (database: Database, bus: Bus, clock: Clock, ids: Ids) =>
        new ApiKeyRepository(database, bus, clock, ids),
    },
    {
      provide: IdempotentRequests,
      inject: [Database, Clock, Ids],
      useFactory: (database: Database, clock: Clock, ids: Ids) => new IdempotentRequests(database, clock, ids),
    },
    {
      provide: WorkRunner,
      inject: [WorkTable, Clock, LOGGER],
      useFactory: (table: WorkTable, clock: Clock, logger: Logger) => new WorkRunner(table, clock, logger),
    },
  ];
}

async function openQueues(config: Config, options: ProcessOptions, database: Database, logger: Logger) {
  const { REDIS_URL } = config.env;
  if (!REDIS_URL) return openPostgresBackend(config.databaseDirectUrl, options.consumedQueues, logger);
  return openRedisBackend(REDIS_URL, await redisPrefix(database), logger);
}

async function openBus(config: Config, database: Database, logger: Logger): Promise<Bus> {
  const { REDIS_URL } = config.env;
  if (!REDIS_URL) return new PostgresBus(config.databaseDirectUrl, logger);
  return new RedisBus(REDIS_URL, await redisPrefix(database), logger);
}

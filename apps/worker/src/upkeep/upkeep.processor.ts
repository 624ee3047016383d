import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { JobHandlers, upkeepJobs } from '#contracts';
import { KeyService } from '#ivs';
import { Database, JobQueues, WorkRunner, WorkTable } from '#platform';
import { RetentionService } from '#sessions';

const TRIM_EVERY_MS = 600_000;

/** The installation's housekeeping: one row of work that makes itself due again. */
@Injectable()
export class UpkeepProcessor implements OnApplicationBootstrap {
  readonly handlers: JobHandlers<typeof upkeepJobs> = {
    'log.trim': ({ workId }) =>
      this.work.run(workId, async () => {
        await this.retention.trim();
        return { againAfterMs: TRIM_EVERY_MS };
      }),
    'key.delete': ({ workId }) => this.work.run(workId, (row) => this.keys.runDeletion(row)),
  };

  constructor(
    private readonly jobs: JobQueues,
    private readonly work: WorkRunner,
    private readonly table: WorkTable,
    private readonly database: Database,
    private readonly retention: RetentionService,
    private readonly keys: KeyService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.table.add(this.database, { kind: 'log.trim', key: 'installation' });
    this.jobs.consume('upkeep', this.handlers, 1);
  }
}

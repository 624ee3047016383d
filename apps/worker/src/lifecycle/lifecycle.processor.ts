import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { JobHandlers, sessionLifecycleJobs } from '#contracts';
import { JobQueues, WorkRunner } from '#platform';
import { ObserveService, TeardownService } from '#sessions';

// AWS answers five calls a second for most operations: more at once would only be throttled.
const CONCURRENCY = 4;

/** Work on the stages of sessions: taking them down, and asking IVS what is true of them. */
@Injectable()
export class LifecycleProcessor implements OnApplicationBootstrap {
  readonly handlers: JobHandlers<typeof sessionLifecycleJobs> = {
    'session.teardown': ({ workId }) => this.work.run(workId, (row) => this.teardowns.run(row)),
    'stage.observe': ({ workId }) => this.work.run(workId, (row) => this.observations.run(row)),
  };

  constructor(
    private readonly jobs: JobQueues,
    private readonly work: WorkRunner,
    private readonly teardowns: TeardownService,
    private readonly observations: ObserveService,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.consume('lifecycle', this.handlers, CONCURRENCY);
  }
}

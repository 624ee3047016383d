import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { JobHandlers, sessionEventJobs } from '#contracts';
import { JobQueues } from '#platform';
import { DrainService } from '#sessions';

// A drain is mostly waiting for Postgres; sessions are independent, each is serialised by its own row lock.
const CONCURRENCY = 8;

/** Applies the events of the inbox. The only consumer of the queue `events`. */
@Injectable()
export class EventsProcessor implements OnApplicationBootstrap {
  readonly handlers: JobHandlers<typeof sessionEventJobs> = {
    'session.drain': async ({ sessionId }) => {
      await this.drains.drain(sessionId);
    },
  };

  constructor(
    private readonly jobs: JobQueues,
    private readonly drains: DrainService,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.consume('events', this.handlers, CONCURRENCY);
  }
}

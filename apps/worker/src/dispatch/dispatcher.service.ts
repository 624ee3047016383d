import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { JobQueues, LOGGER, type Logger, WorkTable } from '#platform';
import { InboxRepository } from '#sessions';

// How late something is whose wake-up was lost; also the load of an idle worker: three indexed queries a second.
const LOOK_EVERY_MS = 1_000;
// Events are normally applied within milliseconds; one that waited this long was forgotten by its queue.
const FORGOTTEN_AFTER_MS = 1_000;
const BATCH = 500;

/**
 * Finds rows that are due and that no job woke (a queue was flushed, a worker died, a delay passed) and wakes them. Its
 * wake-ups have dedupe ids of their own: the id of a job that died with its worker stays taken until BullMQ notices.
 */
@Injectable()
export class DispatcherService implements OnApplicationBootstrap, OnApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly work: WorkTable,
    private readonly inbox: InboxRepository,
    private readonly jobs: JobQueues,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    let isLooking = false;
    this.timer = setInterval(() => {
      if (isLooking) return;
      isLooking = true;
      this.looking = this.look()
        .catch((error: unknown) => this.logger.warn({ err: error }, 'due work could not be looked for'))
        .finally(() => {
          isLooking = false;
        });
    }, LOOK_EVERY_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const adopted = await this.inbox.adoptStragglers();
    // Behind a full queue events wait for their turn and are not forgotten: waking them again would double the work.
    const isBehind = (await this.jobs.waiting('events')) >= BATCH;
    const overdue = isBehind ? [] : await this.inbox.overdue(FORGOTTEN_AFTER_MS, BATCH);
    for (const sessionId of new Set([...adopted, ...overdue])) {
      await this.jobs.wake('session.drain', { sessionId }, { dedupeId: `forgotten.${sessionId}` });
    }
    for (const { id, kind, correlationId } of await this.work.due(BATCH)) {
      await this.jobs.wake(
        kind,
        { workId: id, ...(correlationId ? { correlationId } : {}) },
        { dedupeId: `due.${id}` },
      );
    }
  }
}

import { AppError, type Logger } from '#platform';
import type { InboxRepository, NewInboxItem, StoredInboxItem } from './inbox.repository.js';

interface Waiting {
  items: NewInboxItem[];
  resolve: (stored: StoredInboxItem[]) => void;
  reject: (error: unknown) => void;
}

// One statement takes this many rows in a few milliseconds; more would make the first request wait for the last.
const BATCH_ROWS = 500;
// One statement on its way, one being planned: more only queue up behind the same disk flush.
const CONCURRENT_STATEMENTS = 2;
// Beyond this the database is not keeping up: EventBridge retries a 503 for a day.
const WAITING_ROWS = 20_000;

/**
 * Group commit: requests that arrive while a statement is on its way share the next one, so a burst of single posts costs
 * a few transactions. Each request is answered only after its rows are committed.
 */
export class InboxWriter {
  private readonly waiting: Waiting[] = [];
  private waitingRows = 0;
  private running = 0;

  constructor(
    private readonly inbox: InboxRepository,
    private readonly logger: Logger,
  ) {}

  /** @throws AppError UNAVAILABLE when the rows could not be stored */
  write(items: NewInboxItem[]): Promise<StoredInboxItem[]> {
    if (items.length === 0) return Promise.resolve([]);
    if (this.waitingRows + items.length > WAITING_ROWS) {
      return Promise.reject(new AppError('UNAVAILABLE', 'the database is not keeping up', { retryAfterSeconds: 1 }));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ items, resolve, reject });
      this.waitingRows += items.length;
      this.pump();
    });
  }

  private pump(): void {
    while (this.running < CONCURRENT_STATEMENTS && this.waiting.length > 0) {
      this.running++;
      void this.flush(this.takeBatch()).finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  private takeBatch(): Waiting[] {
    const batch: Waiting[] = [];
    let rows = 0;
    for (
      let next = this.waiting[0];
      next && (rows === 0 || rows + next.items.length <= BATCH_ROWS);
      next = this.waiting[0]
    ) {
      batch.push(next);
      rows += next.items.length;
      this.waiting.shift();
    }
    this.waitingRows -= rows;
    return batch;
  }

  private async flush(batch: Waiting[]): Promise<void> {
    try {
      // Sorted, so that two statements with the same ids wait for each other instead of dead-locking.
      const items = batch.flatMap((waiting) => waiting.items).sort((a, b) => (a.id < b.id ? -1 : 1));
      const stored = new Map((await this.inbox.insert(items)).map((row) => [row.id, row]));
      for (const waiting of batch) waiting.resolve(claimed(waiting.items, stored));
    } catch (error) {
      this.logger.error({ err: error }, 'events could not be stored');
      const failure = new AppError('UNAVAILABLE', 'the events could not be stored', {
        cause: error,
        retryAfterSeconds: 1,
      });
      for (const waiting of batch) waiting.reject(failure);
    }
  }
}

/** The new rows among a request's own; an id that two requests of a batch brought counts for the first. */
function claimed(items: NewInboxItem[], stored: Map<string, StoredInboxItem>): StoredInboxItem[] {
  return items.flatMap(({ id }) => {
    const row = stored.get(id);
    stored.delete(id);
    return row ? [row] : [];
  });
}

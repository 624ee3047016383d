import type { Logger } from 'pino';
import type { Clock } from '../clock.js';
import { LEASE_MS, type WorkRow, type WorkTable } from './work-table.js';

/** What a handler says of its row: it is done, or it wants to be woken again. A throw is a failed attempt. */
export type WorkOutcome = 'done' | { againAfterMs: number };

/** Claims a row, runs it, and writes down what became of it. Jobs call nothing else. */
export class WorkRunner {
  constructor(
    private readonly table: WorkTable,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  async run(workId: string, handler: (row: WorkRow) => Promise<WorkOutcome>): Promise<void> {
    const row = await this.table.claim(workId);
    // Done, not due yet, or another worker has it: a job may come twice.
    if (!row) return;
    const stopRenewing = this.keepClaim(row.id);
    try {
      const outcome = await handler(row);
      if (outcome === 'done') await this.table.complete(row.id);
      else await this.table.postpone(row.id, outcome.againAfterMs);
    } catch (error) {
      const state = await this.table.fail(row, error instanceof Error ? error.message : String(error));
      this.logger[state === 'failed' ? 'error' : 'warn']({ err: error, work: row }, `work is ${state} after an error`);
    } finally {
      stopRenewing();
    }
  }

  private keepClaim(id: string): () => void {
    let cancel = () => {};
    const arm = () => {
      cancel = this.clock.setTimeout(
        () => {
          this.table
            .renew(id)
            .catch((error: unknown) => this.logger.warn({ err: error, id }, 'a claim could not be renewed'));
          arm();
        },
        (LEASE_MS * this.clock.scale) / 3,
      );
    };
    arm();
    return () => cancel();
  }
}

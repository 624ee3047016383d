import type { EndReason, OperationAccepted } from '#contracts';
import { endSession } from '#ivs';
import type { LiveLog } from '#live';
import { AppError, type Clock, type JobQueues, type Sql, type WorkTable } from '#platform';
import type { StateRepository } from '../state/state.repository.js';
import { teardownSteps } from './teardown.service.js';

/** Ends a session for everyone: what clients see is committed when this answers, AWS follows by a row of work. */
export class EndService {
  constructor(
    private readonly live: LiveLog,
    private readonly states: StateRepository,
    private readonly work: WorkTable,
    private readonly jobs: JobQueues,
    private readonly clock: Clock,
  ) {}

  /**
   * A second ending answers with the first one's operation.
   * @throws AppError NOT_FOUND
   */
  async end(sessionId: string, reason: EndReason): Promise<OperationAccepted> {
    const { operationId, isNew } = await this.live.transaction(async (tx) => {
      const before = await this.states.loadForUpdate(tx.sql, sessionId);
      if (!before) throw new AppError('NOT_FOUND');
      if (before.session.status === 'ended') {
        return { operationId: await this.operationOf(tx.sql, sessionId), isNew: false };
      }
      const after = endSession(before, { endedAt: this.clock.iso(), reason });
      await this.states.commit(tx, before, after);
      const steps = teardownSteps(before.session);
      return {
        operationId: await this.work.add(tx.sql, { kind: 'session.teardown', key: sessionId, sessionId, steps }),
        isNew: true,
      };
    });
    if (isNew) void this.jobs.wake('session.teardown', { workId: operationId });
    return { operationId };
  }

  private async operationOf(sql: Sql, sessionId: string): Promise<string> {
    const [row] = await sql.query<{ id: string }>(
      `SELECT id FROM work WHERE kind = 'session.teardown' AND key = $1 ORDER BY created_at DESC LIMIT 1`,
      [sessionId],
    );
    if (!row) throw new Error(`session ${sessionId} has ended without an operation`);
    return row.id;
  }
}

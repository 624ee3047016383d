import type { LiveChange } from '#contracts';
import type { LiveLog, LiveTransaction } from '#live';
import { AppError, type Clock, type Database } from '#platform';
import { sessionTopic } from '../state/topics.js';

/**
 * Who asks to come on stage. A hand is a row and a pair of events; both change under the session's lock, so that the rows
 * have the order of the log. Hands of a session that has ended stay as they were: nothing follows `session.ended`.
 */
export class HandService {
  constructor(
    private readonly database: Database,
    private readonly live: LiveLog,
    private readonly clock: Clock,
  ) {}

  /** Raising it again changes nothing. @throws AppError NOT_FOUND, SESSION_ENDED */
  raise(sessionId: string, userId: string): Promise<void> {
    return this.change(sessionId, { type: 'hand.raised', data: { userId } }, async ({ sql }) => {
      const rows = await sql.query(
        `INSERT INTO raised_hand (session_id, user_id, raised_at) VALUES ($1, $2, $3)
         ON CONFLICT (session_id, user_id) DO NOTHING RETURNING seq`,
        [sessionId, userId, this.clock.now()],
      );
      return rows.length > 0;
    });
  }

  /** One that is not up stays down. @throws AppError NOT_FOUND, SESSION_ENDED */
  lower(sessionId: string, userId: string): Promise<void> {
    return this.change(sessionId, { type: 'hand.lowered', data: { userId } }, async ({ sql }) => {
      const rows = await sql.query('DELETE FROM raised_hand WHERE session_id = $1 AND user_id = $2 RETURNING seq', [
        sessionId,
        userId,
      ]);
      return rows.length > 0;
    });
  }

  /** Whoever comes on stage asks no more. Takes no lock when there is nothing to lower, which is nearly always. */
  async lowerOf(sessionId: string, userId: string): Promise<void> {
    const [hand] = await this.database.query('SELECT seq FROM raised_hand WHERE session_id = $1 AND user_id = $2', [
      sessionId,
      userId,
    ]);
    if (hand) await this.lower(sessionId, userId);
  }

  private change(
    sessionId: string,
    change: LiveChange,
    store: (tx: LiveTransaction) => Promise<boolean>,
  ): Promise<void> {
    return this.live.transaction(async (tx) => {
      const [session] = await tx.sql.query<{ status: string }>(
        'SELECT status FROM session WHERE id = $1 FOR NO KEY UPDATE',
        [sessionId],
      );
      if (!session) throw new AppError('NOT_FOUND');
      if (session.status === 'ended') throw new AppError('SESSION_ENDED');
      if (await store(tx)) await tx.append(sessionTopic(sessionId), [change]);
    });
  }
}

import type { LiveChange } from '#contracts';
import type { Clock, Sql, WorkTable } from '#platform';
import { beyondTheirRole, OBEDIENCE_MS } from './role.policy.js';
import { FORCED_STEP } from './role.steps.js';

/** Notices in the log's own changes who publishes beyond its role of record: with an old token, which IVS still takes. */
export class RoleWatch {
  constructor(
    private readonly work: WorkTable,
    private readonly clock: Clock,
  ) {}

  /** In the transaction of the changes. @returns the rows of work to wake after the commit */
  async notice(sql: Sql, sessionId: string, changes: readonly LiveChange[]): Promise<string[]> {
    const ids = beyondTheirRole(changes);
    if (ids.length === 0) return [];
    // A token by IVS cannot be exchanged: its participant has the one role that the token allows.
    const holders = await sql.query<{ participantId: string; offeredAt: Date | null }>(
      `SELECT participant_id AS "participantId", offered_at AS "offeredAt" FROM participant_token
       WHERE participant_id = ANY($1) AND source = 'key_pair' AND revoked_at IS NULL`,
      [ids],
    );
    const rows: string[] = [];
    for (const { participantId, offeredAt } of holders) {
      // Whoever was told a moment ago has the time that everyone has.
      const dueAtMs = Math.max(this.clock.nowMs(), (offeredAt?.getTime() ?? 0) + OBEDIENCE_MS);
      const payload = { participantId, isBeyond: true };
      const steps = [FORCED_STEP];
      rows.push(
        await this.work.add(sql, { kind: 'participant.role', key: participantId, sessionId, payload, steps, dueAtMs }),
      );
    }
    return rows;
  }
}

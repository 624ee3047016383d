import type { InboxItem } from '#contracts';
import type { Clock, Database, Sql } from '#platform';

/** One element on its way into the inbox. `reason`: why it is parked whatever the stage is. */
export interface NewInboxItem {
  id: string;
  source: 'event' | 'asked';
  raw: string;
  stageArn?: string | undefined;
  detailType?: string | undefined;
  reason?: string | undefined;
  correlationId?: string | undefined;
}

export interface StoredInboxItem {
  id: string;
  state: 'pending' | 'parked';
  sessionId: string | null;
}

export interface PendingInboxItem {
  seq: number;
  id: string;
  source: 'event' | 'asked';
  raw: string;
  received_at: Date;
}

// Two transactions miss each other by milliseconds; an account's other stages may have parked any number of rows.
const STRAGGLER_MS = 60_000;

/** The raw events as they came. A pending row is due work: a drain applies it, and the dispatcher sees that one does. */
export class InboxRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores what is new. An element of a stage that is not ours (yet) is parked as `unknown_stage`.
   * @returns the rows that were new; an id that was there is a duplicate and changes nothing
   */
  async insert(items: NewInboxItem[], sql: Sql = this.database): Promise<StoredInboxItem[]> {
    const column = (pick: (item: NewInboxItem) => string | undefined) => items.map((item) => pick(item) ?? null);
    return sql.query<StoredInboxItem>(
      `INSERT INTO inbox (id, source, raw, stage_arn, detail_type, reason, state, session_id, correlation_id, received_at)
       SELECT i.id, i.source, i.raw, i.stage_arn, i.detail_type,
         COALESCE(i.reason, CASE WHEN s.id IS NULL THEN 'unknown_stage' END),
         CASE WHEN i.reason IS NULL AND s.id IS NOT NULL THEN 'pending' ELSE 'parked' END::inbox_state,
         s.id, i.correlation_id, $7
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $8::text[])
         AS i(id, source, raw, stage_arn, detail_type, reason, correlation_id)
       LEFT JOIN session s ON s.stage_arn = i.stage_arn
       ON CONFLICT (id) DO NOTHING
       RETURNING id, state, session_id AS "sessionId"`,
      [
        column((item) => item.id),
        column((item) => item.source),
        column((item) => item.raw),
        column((item) => item.stageArn),
        column((item) => item.detailType),
        column((item) => item.reason),
        this.clock.now(),
        column((item) => item.correlationId),
      ],
    );
  }

  pending(sql: Sql, sessionId: string, limit: number): Promise<PendingInboxItem[]> {
    return sql.query<PendingInboxItem>(
      `SELECT seq, id, source, raw, received_at FROM inbox
       WHERE session_id = $1 AND state = 'pending' ORDER BY seq LIMIT $2`,
      [sessionId, limit],
    );
  }

  async markApplied(sql: Sql, ids: string[]): Promise<void> {
    await sql.query(`UPDATE inbox SET state = 'applied', applied_at = $2 WHERE id = ANY($1) AND state = 'pending'`, [
      ids,
      this.clock.now(),
    ]);
  }

  async park(sql: Sql, id: string, reason: string): Promise<void> {
    await sql.query(`UPDATE inbox SET state = 'parked', reason = $2 WHERE id = $1`, [id, reason]);
  }

  /** Events that came before their session was known: they wait no longer. */
  async adopt(sql: Sql, sessionId: string, stageArn: string): Promise<void> {
    await sql.query(
      `UPDATE inbox SET state = 'pending', reason = NULL, session_id = $1
       WHERE stage_arn = $2 AND state = 'parked' AND reason = 'unknown_stage'`,
      [sessionId, stageArn],
    );
  }

  /**
   * The same for events whose insert and whose session's insert did not see each other.
   * @returns the sessions that got something
   */
  async adoptStragglers(): Promise<string[]> {
    const rows = await this.database.query<{ sessionId: string }>(
      `UPDATE inbox i SET state = 'pending', reason = NULL, session_id = s.id
       FROM session s
       WHERE s.stage_arn = i.stage_arn AND i.state = 'parked' AND i.reason = 'unknown_stage' AND i.received_at > $1
       RETURNING s.id AS "sessionId"`,
      [new Date(this.clock.nowMs() - STRAGGLER_MS)],
    );
    return [...new Set(rows.map((row) => row.sessionId))];
  }

  /** Sessions with events that have waited longer than a wake-up should take. */
  async overdue(olderThanMs: number, limit: number): Promise<string[]> {
    const rows = await this.database.query<{ sessionId: string }>(
      `SELECT DISTINCT session_id AS "sessionId" FROM inbox WHERE state = 'pending' AND received_at <= $1 LIMIT $2`,
      [new Date(this.clock.nowMs() - olderThanMs), limit],
    );
    return rows.map((row) => row.sessionId);
  }

  /** What operators see, newest first. `before`: the `seq` of the last row of the page before. */
  async list(
    state: InboxItem['state'],
    before: number | undefined,
    limit: number,
  ): Promise<{ items: InboxItem[]; nextBefore?: number }> {
    const rows = await this.database.query<InboxRow>(
      `SELECT * FROM inbox WHERE state = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3`,
      [state, before ?? Number.MAX_SAFE_INTEGER, limit + 1],
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(itemOf), ...(rows.length > limit && last ? { nextBefore: last.seq } : {}) };
  }

  async countParked(): Promise<{ reason: string; count: number }[]> {
    return this.database.query(
      `SELECT COALESCE(reason, 'unknown') AS reason, count(*) AS count FROM inbox WHERE state = 'parked' GROUP BY 1`,
    );
  }

  /** @returns how many were removed: applied and parked rows older than the moment */
  async trim(olderThan: Date, limit: number): Promise<number> {
    const rows = await this.database.query(
      `DELETE FROM inbox WHERE id IN (
         SELECT id FROM inbox WHERE received_at < $1 AND state <> 'pending' ORDER BY received_at LIMIT $2
       ) RETURNING id`,
      [olderThan, limit],
    );
    return rows.length;
  }
}

interface InboxRow {
  id: string;
  seq: number;
  state: InboxItem['state'];
  reason: string | null;
  detail_type: string | null;
  stage_arn: string | null;
  session_id: string | null;
  received_at: Date;
  raw: string;
}

function itemOf(row: InboxRow): InboxItem {
  return {
    id: row.id,
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.detail_type === null ? {} : { detailType: row.detail_type }),
    ...(row.stage_arn === null ? {} : { stageArn: row.stage_arn }),
    ...(row.session_id === null ? {} : { sessionId: row.session_id }),
    receivedAt: row.received_at.toISOString(),
    raw: row.raw,
  };
}

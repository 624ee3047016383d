import type { WorkKind } from '#contracts';
import type { Clock } from '../clock.js';
import type { Database, Sql } from '../database/database.js';
import type { Ids } from '../ids.js';
import { correlationId } from '../logging/logger.js';
import { cleanText } from '../text.js';
import { backoffMs, WORK_POLICIES } from './work.policy.js';

export interface WorkStep {
  name: string;
  status: 'pending' | 'done';
  at?: string;
}

export interface WorkRow {
  id: string;
  kind: WorkKind;
  key: string;
  sessionId: string | null;
  payload: Record<string, unknown>;
  steps: WorkStep[];
  attempts: number;
  correlationId: string | null;
}

export interface NewWork {
  kind: WorkKind;
  /** One open row a kind and key: asking again only brings it forward. */
  key: string;
  sessionId?: string;
  payload?: Record<string, unknown>;
  steps?: string[];
  dueAtMs?: number;
}

// Real time. A worker renews its claim every third of this; a killed worker's rows are free again after it.
export const LEASE_MS = 15_000;
const ERROR_LENGTH = 2_000;

const ROW = `id, kind, key, session_id AS "sessionId", payload, steps, attempts, correlation_id AS "correlationId"`;

/** The rows of everything that must happen. */
export class WorkTable {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** Writes the row in the transaction of the state change that asks for it. @returns its id, also when it was there */
  async add(sql: Sql, work: NewWork): Promise<string> {
    const now = this.clock.now();
    const steps = (work.steps ?? []).map((name) => ({ name, status: 'pending' }));
    const [row] = await sql.query<{ id: string }>(
      `INSERT INTO work (id, kind, key, session_id, payload, steps, due_at, correlation_id, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       ON CONFLICT (kind, key) WHERE state = 'due'
       DO UPDATE SET due_at = LEAST(work.due_at, EXCLUDED.due_at)
       RETURNING id`,
      [
        this.ids.ordered(),
        work.kind,
        work.key,
        work.sessionId ?? null,
        JSON.stringify(work.payload ?? {}),
        JSON.stringify(steps),
        work.dueAtMs === undefined ? now : new Date(work.dueAtMs),
        correlationId() ?? null,
        now,
      ],
    );
    if (!row) throw new Error('INSERT … RETURNING gave no row');
    return row.id;
  }

  /** Rows that are due and that nobody works on. */
  due(limit: number): Promise<Pick<WorkRow, 'id' | 'kind' | 'correlationId'>[]> {
    return this.database.query(
      `SELECT id, kind, correlation_id AS "correlationId" FROM work
       WHERE state = 'due' AND due_at <= $1 AND (claimed_until IS NULL OR claimed_until <= $1)
       ORDER BY due_at LIMIT $2`,
      [this.clock.now(), limit],
    );
  }

  /** @returns the row if it is due and free: it is ours until the lease ends */
  async claim(id: string): Promise<WorkRow | undefined> {
    const [row] = await this.database.query<WorkRow>(
      `UPDATE work SET claimed_until = $2, attempts = attempts + 1
       WHERE id = $1 AND state = 'due' AND due_at <= $3 AND (claimed_until IS NULL OR claimed_until <= $3)
       RETURNING ${ROW}`,
      [id, this.leaseEnd(), this.clock.now()],
    );
    return row;
  }

  async renew(id: string): Promise<void> {
    await this.database.query(`UPDATE work SET claimed_until = $2 WHERE id = $1 AND state = 'due'`, [
      id,
      this.leaseEnd(),
    ]);
  }

  private leaseEnd(): Date {
    return new Date(this.clock.nowMs() + LEASE_MS * this.clock.scale);
  }

  async saveSteps(row: WorkRow): Promise<void> {
    await this.database.query('UPDATE work SET steps = $2 WHERE id = $1', [row.id, JSON.stringify(row.steps)]);
  }

  async complete(id: string): Promise<void> {
    await this.database.query(
      `UPDATE work SET state = 'done', finished_at = $2, claimed_until = NULL, last_error = NULL WHERE id = $1`,
      [id, this.clock.now()],
    );
  }

  /** Due again later, the attempts forgotten: it did what it should for now. */
  async postpone(id: string, delayMs: number): Promise<void> {
    await this.database.query(
      `UPDATE work SET due_at = $2, claimed_until = NULL, attempts = 0, last_error = NULL WHERE id = $1 AND state = 'due'`,
      [id, new Date(this.clock.nowMs() + delayMs)],
    );
  }

  /** Due again after a backoff, or `failed` for good. */
  async fail(row: WorkRow, error: string): Promise<'due' | 'failed'> {
    const policy = WORK_POLICIES[row.kind];
    const state = row.attempts >= policy.maxAttempts ? 'failed' : 'due';
    await this.database.query(
      `UPDATE work SET state = $2::work_state, due_at = $3, claimed_until = NULL, last_error = $4,
         finished_at = CASE WHEN $2 = 'failed' THEN $5::timestamptz END
       WHERE id = $1`,
      [
        row.id,
        state,
        new Date(this.clock.nowMs() + backoffMs(policy, row.attempts)),
        cleanText(error).slice(0, ERROR_LENGTH),
        this.clock.now(),
      ],
    );
    return state;
  }
}

import type { Database } from '../../database/database.js';
import type { BudgetState } from './budget.state.js';
import { type BudgetStore, type Change, type KeptBudget, MOST_RACES } from './budget.store.js';

// clock_timestamp(), not now(): what counts is the moment, not when a transaction began.
const NOW = `extract(epoch FROM clock_timestamp())::float8 * 1000 AS "nowMs"`;

interface Row {
  state: BudgetState | null;
  version: number;
  nowMs: number;
}

/**
 * The budgets as rows of an unlogged table: no WAL and no waiting for the disk. Read, decide, write if nobody was faster:
 * no lock is held while a process thinks, so a stalled process stalls nobody.
 */
export class PostgresBudget implements BudgetStore {
  constructor(private readonly database: Database) {}

  async update<T>(key: string, change: Change<T>): Promise<T> {
    for (let race = 1; race <= MOST_RACES; race++) {
      const row = await this.read(key);
      const { state, result } = change(row.state ?? undefined, row.nowMs, 1);
      if (await this.write(key, row.version, state)) return result;
    }
    throw new Error(`the budget of ${key} could not be changed`);
  }

  list(): Promise<KeptBudget[]> {
    return this.database.query(`SELECT key, state, ${NOW} FROM aws_budget ORDER BY key`);
  }

  /** The pool is the process's. */
  async close(): Promise<void> {}

  private async read(key: string): Promise<Row> {
    const [row] = await this.database.query<Row>(
      `SELECT b.state, coalesce(b.version, 0) AS version, ${NOW}
       FROM (SELECT 1) AS one LEFT JOIN aws_budget b ON b.key = $1`,
      [key],
    );
    if (!row) throw new Error('a SELECT of one row gave none');
    return row;
  }

  private async write(key: string, version: number, state: BudgetState): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO aws_budget AS b (key, state, version) VALUES ($1, $2, $3 + 1)
       ON CONFLICT (key) DO UPDATE SET state = EXCLUDED.state, version = EXCLUDED.version WHERE b.version = $3
       RETURNING 1`,
      [key, JSON.stringify(state), version],
    );
    return rows.length === 1;
  }
}

import type { Operation, Work, WorkKind, WorkState } from '#contracts';
import { AppError, type Clock, type Database, type JobQueues } from '#platform';

interface StoredWork {
  id: string;
  kind: WorkKind;
  key: string;
  state: WorkState;
  session_id: string | null;
  steps: Operation['steps'];
  due_at: Date;
  attempts: number;
  last_error: string | null;
  created_at: Date;
  finished_at: Date | null;
}

/** The work table as callers see it: an operation is the row that a 202 answer spoke of. */
export class OperationService {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobQueues,
    private readonly clock: Clock,
  ) {}

  async find(id: string): Promise<Operation | undefined> {
    const [row] = await this.database.query<StoredWork>('SELECT * FROM work WHERE id = $1', [id]);
    return row && operationOf(row);
  }

  /** Newest first. `before`: the id of the last row of the page before. */
  async list(
    state: WorkState,
    before: string | undefined,
    limit: number,
  ): Promise<{ items: Work[]; nextCursor?: string }> {
    const rows = await this.database.query<StoredWork>(
      `SELECT * FROM work WHERE state = $1 AND ($2::text IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`,
      [state, before ?? null, limit + 1],
    );
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    return { items: page.map(workOf), ...(rows.length > limit && last ? { nextCursor: last.id } : {}) };
  }

  /** Failed work is due again at once, with all its attempts. @throws AppError NOT_FOUND, CONFLICT */
  async retry(id: string): Promise<Operation> {
    const [row] = await this.database.query<StoredWork>(
      `UPDATE work SET state = 'due', due_at = $2, attempts = 0, finished_at = NULL
       WHERE id = $1 AND state = 'failed' RETURNING *`,
      [id, this.clock.now()],
    );
    if (row) {
      void this.jobs.wake(row.kind, { workId: row.id });
      return operationOf(row);
    }
    if (await this.find(id)) throw new AppError('CONFLICT', 'only failed work can be retried');
    throw new AppError('NOT_FOUND');
  }
}

function operationOf(row: StoredWork): Operation {
  return {
    id: row.id,
    kind: row.kind,
    ...(row.session_id === null ? {} : { sessionId: row.session_id }),
    status: row.state === 'due' ? 'pending' : row.state,
    steps: row.steps,
    attempts: row.attempts,
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    createdAt: row.created_at.toISOString(),
    ...(row.finished_at === null ? {} : { finishedAt: row.finished_at.toISOString() }),
  };
}

function workOf(row: StoredWork): Work {
  return {
    id: row.id,
    kind: row.kind,
    key: row.key,
    state: row.state,
    dueAt: row.due_at.toISOString(),
    attempts: row.attempts,
    ...(row.last_error === null ? {} : { lastError: row.last_error }),
    createdAt: row.created_at.toISOString(),
  };
}

import type { OperationAccepted, ParticipantRole, Session } from '#contracts';
import type { Fact, StageClient } from '#ivs';
import {
  AppError,
  type Clock,
  type Database,
  type JobQueues,
  type Sql,
  type WorkOutcome,
  type WorkRow,
  type WorkTable,
} from '#platform';
import type { DrainWaker } from '../ingest/drain.waker.js';
import type { InboxRepository } from '../ingest/inbox.repository.js';
import type { SessionRepository } from '../sessions/session.repository.js';

const MICROS = 1_000;

/** Whom a disconnecting is about: by what we issued, or else by what events told. */
export interface Target {
  participantId: string;
  userId?: string;
  role?: ParticipantRole;
}

/**
 * Disconnects a participant from the stage: its token is refused here as soon as the request is answered, IVS is told by a
 * row of work, and what IVS confirmed reaches the log through the inbox like any other fact.
 */
export class DisconnectService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionRepository,
    private readonly stages: StageClient,
    private readonly inbox: InboxRepository,
    private readonly work: WorkTable,
    private readonly context: { jobs: JobQueues; waker: DrainWaker; clock: Clock },
  ) {}

  /** @returns nothing for one that we neither issued a token to nor ever heard of */
  async find(sessionId: string, participantId: string): Promise<Target | undefined> {
    const [row] = await this.database.query<{ userId: string | null; role: ParticipantRole | null }>(
      `SELECT user_id AS "userId", role FROM (
         SELECT user_id, role, 1 AS rank FROM participant_token WHERE session_id = $1 AND participant_id = $2
         UNION ALL
         SELECT user_id, role, 2 AS rank FROM participant WHERE session_id = $1 AND participant_id = $2
       ) AS known ORDER BY rank LIMIT 1`,
      [sessionId, participantId],
    );
    return (
      row && {
        participantId,
        ...(row.userId === null ? {} : { userId: row.userId }),
        ...(row.role === null ? {} : { role: row.role }),
      }
    );
  }

  /** @throws AppError SESSION_ENDED */
  async request(session: Session, participantId: string, reason: string): Promise<OperationAccepted> {
    const operationId = await this.database.transaction(async (sql) => {
      // A share of the row, so that no ending slips in between.
      const [row] = await sql.query('SELECT id FROM session WHERE id = $1 AND status <> $2 FOR KEY SHARE', [
        session.id,
        'ended',
      ]);
      if (!row) throw new AppError('SESSION_ENDED');
      return this.order(sql, session.id, participantId, reason);
    });
    this.wake(operationId);
    return { operationId };
  }

  /** Voids its token here and writes down that IVS is to be told. @returns what to `wake` after the commit */
  async order(sql: Sql, sessionId: string, participantId: string, reason: string): Promise<string> {
    await sql.query('UPDATE participant_token SET revoked_at = COALESCE(revoked_at, $2) WHERE participant_id = $1', [
      participantId,
      this.context.clock.now(),
    ]);
    return this.work.add(sql, {
      kind: 'participant.disconnect',
      key: participantId,
      sessionId,
      payload: { reason },
      steps: ['participant.disconnect'],
    });
  }

  wake(operationId: string): void {
    void this.context.jobs.wake('participant.disconnect', { workId: operationId });
  }

  /** May run again: who is gone already is no error, and the fact has the id of its row. */
  async run(row: WorkRow): Promise<WorkOutcome> {
    const session = row.sessionId === null ? undefined : await this.sessions.find(row.sessionId);
    // An ended session's stage goes with everyone on it.
    if (!session || session.status === 'ended') return 'done';
    const reason = String(row.payload.reason);
    await this.stages.disconnect(session.stageArn, row.key, reason);
    const fact: Fact = {
      kind: 'participant.disconnected_by_us',
      participantId: row.key,
      atUs: this.context.clock.nowMs() * MICROS,
      reason,
    };
    await this.inbox.insert([
      {
        id: `disconnected.${row.id}`,
        source: 'asked',
        raw: JSON.stringify([fact]),
        stageArn: session.stageArn,
        correlationId: row.correlationId ?? undefined,
      },
    ]);
    this.context.waker.wake(session.id);
    for (const step of row.steps) Object.assign(step, { status: 'done', at: this.context.clock.iso() });
    await this.work.saveSteps(row);
    return 'done';
  }
}

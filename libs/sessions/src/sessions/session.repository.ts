import type { Participant, Session, SessionStatus } from '#contracts';
import { AppError, BatchedReads, type Database, type Sql } from '#platform';
import type { VisibleSessions } from '../session-access.policy.js';
import { type ParticipantRow, participantOf, type SessionRow, sessionOf } from '../state/session.rows.js';

interface ListQuery {
  status?: SessionStatus | undefined;
  cursor?: string | undefined;
  limit: number;
  /** What the caller may see. */
  scope: VisibleSessions;
}

/** Of IVS's answer to CreateStage: what a token that we sign must name. */
export interface StageEndpointUrls {
  events?: string | undefined;
  whip?: string | undefined;
}

const ID_LENGTH = 64;

/** Reads of sessions outside the drain. */
export class SessionRepository {
  private readonly byId: BatchedReads<Session>;

  constructor(private readonly database: Database) {
    this.byId = new BatchedReads((ids) => this.findAll(ids));
  }

  async find(id: string): Promise<Session | undefined> {
    return id.length > ID_LENGTH ? undefined : this.byId.get(id);
  }

  /** Newest first. @throws AppError VALIDATION_FAILED for a cursor that this did not make */
  async list(query: ListQuery): Promise<{ sessions: Session[]; nextCursor?: string }> {
    const after = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
    const scope = query.scope === 'all' ? undefined : query.scope;
    const rows = await this.database.query<SessionRow>(
      `SELECT * FROM session
       WHERE ($1::session_status IS NULL OR status = $1)
         AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3))
         AND ($4 OR ($5 AND visibility = 'public') OR host_user_id = $6 OR id = $7)
       ORDER BY created_at DESC, id DESC LIMIT $8`,
      [
        query.status ?? null,
        after?.createdAt ?? null,
        after?.id ?? null,
        scope === undefined,
        scope?.isPublic ?? false,
        scope?.hostUserId ?? null,
        scope?.sessionId ?? null,
        query.limit + 1,
      ],
    );
    const sessions = rows.slice(0, query.limit).map(sessionOf);
    const last = sessions.at(-1);
    return { sessions, ...(rows.length > query.limit && last ? { nextCursor: encodeCursor(last) } : {}) };
  }

  private async findAll(ids: string[]): Promise<Map<string, Session>> {
    const rows = await this.database.query<SessionRow>('SELECT * FROM session WHERE id = ANY($1)', [ids]);
    return new Map(rows.map((row) => [row.id, sessionOf(row)]));
  }

  async insert(sql: Sql, session: Session, endpoints: StageEndpointUrls = {}): Promise<void> {
    await sql.query(
      `INSERT INTO session (id, name, status, visibility, stage_door, host_user_id, region, stage_arn, room_arn,
         recording, lifecycle, metadata, created_at, events_url, whip_url)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
      [
        session.id,
        session.name,
        session.status,
        session.visibility,
        session.stageDoor,
        session.hostUserId ?? null,
        session.region,
        session.stageArn,
        session.roomArn ?? null,
        session.recording,
        JSON.stringify(session.lifecycle),
        JSON.stringify(session.metadata),
        session.createdAt,
        endpoints.events ?? null,
        endpoints.whip ?? null,
      ],
    );
  }

  /** Everyone who was ever on the stage, those who left too; by participant id. */
  async participants(sessionId: string, after: string | undefined, limit: number): Promise<Participant[]> {
    const rows = await this.database.query<ParticipantRow>(
      'SELECT * FROM participant WHERE session_id = $1 AND state IS NOT NULL AND participant_id > $2 ORDER BY participant_id LIMIT $3',
      [sessionId, after ?? '', limit],
    );
    return rows.map(participantOf);
  }
}

function encodeCursor(session: Session): string {
  return Buffer.from(`${session.createdAt} ${session.id}`).toString('base64url');
}

function decodeCursor(cursor: string): { createdAt: string; id: string } {
  const [createdAt, id, ...rest] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const isOurs =
    createdAt && id && rest.length === 0 && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(createdAt) && /^[\w-]+$/.test(id);
  if (!isOurs || Number.isNaN(Date.parse(createdAt))) {
    throw new AppError('VALIDATION_FAILED', 'the cursor is not one of ours', {
      errors: [{ pointer: '/query/cursor', detail: 'take it from `nextCursor` of the page before' }],
    });
  }
  return { createdAt, id };
}

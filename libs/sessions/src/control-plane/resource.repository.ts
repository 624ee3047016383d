import type { Session } from '#contracts';
import { BatchedReads, type Clock, type Database } from '#platform';
import type { SessionFacts } from '../session-access.policy.js';
import { type SessionRow, sessionOf } from '../state/session.rows.js';
import type { ResourceKind } from './resource-name.policy.js';

export interface NewResource {
  arn: string;
  kind: ResourceKind;
  /** The user of the host token; absent: an API key. */
  madeBy?: string | undefined;
  isListed?: boolean;
  /** The room that a stage's tags lead to. */
  roomArn?: string | undefined;
}

/** A stage or room at AWS and what the policy table says about it. */
export interface KnownResource {
  facts: SessionFacts;
  /** The session that it belongs to; absent: made by itself. */
  session?: Session;
}

interface MadeRow {
  arn: string;
  madeBy: string | null;
  isVisible: boolean;
}

/** Which stages and rooms are whose: a session's, or made through the control-plane routes. */
export class ResourceRepository {
  private readonly byArn = {
    stage: new BatchedReads((arns) => this.known('stage', arns)),
    room: new BatchedReads((arns) => this.known('room', arns)),
  };

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** One that somebody names; undefined when we do not know it. */
  find(kind: ResourceKind, arn: string): Promise<KnownResource | undefined> {
    return this.byArn[kind].get(arn);
  }

  async insert({ arn, kind, madeBy, isListed, roomArn }: NewResource): Promise<void> {
    await this.database.query(
      `INSERT INTO made_resource (arn, kind, made_by, is_listed, room_arn, created_at) VALUES ($1, $2, $3, $4, $5, $6)`,
      [arn, kind, madeBy ?? null, isListed ?? false, roomArn ?? null, this.clock.now()],
    );
  }

  async remove(arn: string): Promise<void> {
    await this.database.query('DELETE FROM made_resource WHERE arn = $1', [arn]);
  }

  /** Those of these that we know, by ARN. */
  async known(kind: ResourceKind, arns: readonly string[]): Promise<Map<string, KnownResource>> {
    const column = kind === 'stage' ? 'stage_arn' : 'room_arn';
    const [made, sessions] = await Promise.all([
      this.made(kind, arns),
      this.database.query<SessionRow>(`SELECT * FROM session WHERE ${column} = ANY($1)`, [arns]),
    ]);
    const ofSessions = sessions.map(sessionOf).map((session) => {
      const arn = kind === 'stage' ? session.stageArn : session.roomArn;
      return [arn ?? '', { facts: session, session }] as const;
    });
    return new Map([...made.map((row) => [row.arn, { facts: factsOf(row) }] as const), ...ofSessions]);
  }

  /** Any ARN of ours, the newest: it tells which AWS account this is. */
  async anyArn(): Promise<string | undefined> {
    const [row] = await this.database.query<{ arn: string }>(
      `(SELECT stage_arn AS arn, created_at FROM session ORDER BY created_at DESC LIMIT 1)
       UNION ALL (SELECT arn, created_at FROM made_resource ORDER BY created_at DESC LIMIT 1)
       ORDER BY created_at DESC LIMIT 1`,
    );
    return row?.arn;
  }

  /** A room is open to those who see a stage in the lobby whose tags lead to it, if both have the same maker. */
  private made(kind: ResourceKind, arns: readonly string[]): Promise<MadeRow[]> {
    return this.database.query<MadeRow>(
      `SELECT arn, made_by AS "madeBy", is_listed OR EXISTS (
         SELECT 1 FROM made_resource stage
         WHERE stage.room_arn = made_resource.arn AND stage.is_listed
           AND stage.made_by IS NOT DISTINCT FROM made_resource.made_by
       ) AS "isVisible"
       FROM made_resource WHERE kind = $1 AND arn = ANY($2)`,
      [kind, arns],
    );
  }
}

/** To the policy a stage by itself is a session without a log: its maker is the host, the lobby makes it public. */
function factsOf({ arn, madeBy, isVisible }: MadeRow): SessionFacts {
  return {
    id: arn,
    visibility: isVisible ? 'public' : 'private',
    stageDoor: 'invitation',
    status: 'live',
    ...(madeBy === null ? {} : { hostUserId: madeBy }),
  };
}

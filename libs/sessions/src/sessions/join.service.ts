import type { ParticipantRole, Session } from '#contracts';
import type { StageClient } from '#ivs';
import { AppError, type Clock, type Database, type Ids } from '#platform';

export interface Joiner {
  userId: string;
  role: ParticipantRole;
  deviceId?: string | undefined;
  displayName?: string | undefined;
}

export interface Joined {
  participantToken: string;
  participantId: string;
  deviceId: string;
  expiresAt: string;
}

// Long enough for most shows, short enough that a leaked token dies the same hour; clients join again to renew.
const TOKEN_MINUTES = 60;
const DEVICE_ID_LENGTH = 16;

/** Gives a user's device its participant token and remembers that it did: a kick or a ban acts on what was given. */
export class JoinService {
  constructor(
    private readonly database: Database,
    private readonly stages: StageClient,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /**
   * The caller has decided that this user may have this role.
   * @throws AppError SESSION_ENDED, AWS_BUSY, AWS_REFUSED
   */
  async join(session: Session, joiner: Joiner): Promise<Joined> {
    if (session.status === 'ended') throw new AppError('SESSION_ENDED');
    const deviceId = joiner.deviceId ?? this.ids.token(DEVICE_ID_LENGTH);
    const capabilities = publishes(joiner.role) ? (['PUBLISH', 'SUBSCRIBE'] as const) : (['SUBSCRIBE'] as const);
    const attributes = { role: joiner.role, ...(joiner.displayName ? { displayName: joiner.displayName } : {}) };
    const issued = await this.stages.createToken(session.stageArn, {
      userId: joiner.userId,
      durationMinutes: TOKEN_MINUTES,
      capabilities: [...capabilities],
      attributes,
    });
    const isRemembered = await this.remember(session.id, joiner, {
      ...issued,
      deviceId,
      attributes,
      capabilities: [...capabilities],
    });
    // It ended meanwhile: the stage is being deleted, and the token with it.
    if (!isRemembered) throw new AppError('SESSION_ENDED');
    return {
      participantToken: issued.token,
      participantId: issued.participantId,
      deviceId,
      expiresAt: issued.expiresAt.toISOString(),
    };
  }

  private async remember(sessionId: string, joiner: Joiner, token: IssuedToken): Promise<boolean> {
    const rows = await this.database.query(
      `INSERT INTO participant_token
         (participant_id, session_id, user_id, device_id, role, capabilities, attributes, issued_at, expires_at)
       SELECT $1, id, $3, $4, $5, $6, $7, $8, $9 FROM session WHERE id = $2 AND status <> 'ended'
       RETURNING participant_id`,
      [
        token.participantId,
        sessionId,
        joiner.userId,
        token.deviceId,
        joiner.role,
        token.capabilities,
        JSON.stringify(token.attributes),
        this.clock.now(),
        token.expiresAt,
      ],
    );
    return rows.length === 1;
  }
}

interface IssuedToken {
  participantId: string;
  expiresAt: Date;
  deviceId: string;
  capabilities: string[];
  attributes: Record<string, string>;
}

function publishes(role: ParticipantRole): boolean {
  return role === 'host' || role === 'guest';
}

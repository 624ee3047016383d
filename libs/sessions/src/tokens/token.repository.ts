import type { ParticipantRole } from '#contracts';
import type { Clock, Database, Sql } from '#platform';

/** Who a participant token is for. */
export interface TokenHolder {
  userId: string;
  deviceId: string;
  role: ParticipantRole;
  attributes: Record<string, string>;
}

export interface IssuedToken extends TokenHolder {
  participantId: string;
  sessionId: string;
  capabilities: readonly string[];
  expiresAt: Date;
  /** The key's ARN; absent for a token made by CreateParticipantToken. */
  kid?: string;
}

/** The latest token of one device. */
export interface DeviceToken extends TokenHolder {
  participantId: string;
  expiresAt: Date;
  isRevoked: boolean;
}

interface DeviceRow {
  participant_id: string;
  user_id: string;
  device_id: string;
  role: ParticipantRole;
  attributes: Record<string, string>;
  expires_at: Date;
  revoked_at: Date | null;
}

/** What was given to whom: it is what a kick or a ban acts on. The tokens themselves are kept nowhere. */
export class TokenRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * A device that has a participant keeps it: for a token that we sign, the id given is only a proposal.
   * @returns the participant id, or undefined when the session has ended
   */
  async remember(token: IssuedToken): Promise<string | undefined> {
    const [row] = await this.database.query<{ participant_id: string }>(
      `INSERT INTO participant_token AS known
         (participant_id, session_id, user_id, device_id, role, capabilities, attributes, issued_at, expires_at,
          source, kid)
       SELECT $1, id, $3, $4, $5, $6, $7, $8, $9, $10, $11 FROM session WHERE id = $2 AND status <> 'ended'
       ON CONFLICT (session_id, user_id, device_id) WHERE source = 'key_pair' AND revoked_at IS NULL
       DO UPDATE SET role = EXCLUDED.role, capabilities = EXCLUDED.capabilities, attributes = EXCLUDED.attributes,
         issued_at = EXCLUDED.issued_at, expires_at = GREATEST(known.expires_at, EXCLUDED.expires_at),
         kid = EXCLUDED.kid
       RETURNING participant_id`,
      [
        token.participantId,
        token.sessionId,
        token.userId,
        token.deviceId,
        token.role,
        token.capabilities,
        JSON.stringify(token.attributes),
        this.clock.now(),
        token.expiresAt,
        token.kid === undefined ? 'api' : 'key_pair',
        token.kid ?? null,
      ],
    );
    return row?.participant_id;
  }

  /** The latest token of each device of a user, or of one device. */
  async devices(sessionId: string, userId: string, deviceId?: string): Promise<DeviceToken[]> {
    const rows = await this.database.query<DeviceRow>(
      `SELECT DISTINCT ON (device_id) participant_id, user_id, device_id, role, attributes, expires_at, revoked_at
       FROM participant_token WHERE session_id = $1 AND user_id = $2 AND ($3::text IS NULL OR device_id = $3)
       ORDER BY device_id, issued_at DESC`,
      [sessionId, userId, deviceId ?? null],
    );
    return rows.map((row) => ({
      participantId: row.participant_id,
      userId: row.user_id,
      deviceId: row.device_id,
      role: row.role,
      attributes: row.attributes,
      expiresAt: row.expires_at,
      isRevoked: row.revoked_at !== null,
    }));
  }

  /** Whoever disconnects a participant says so here: its device gets a new participant id when it joins again. */
  async revoke(sql: Sql, participantId: string): Promise<void> {
    await sql.query('UPDATE participant_token SET revoked_at = COALESCE(revoked_at, $2) WHERE participant_id = $1', [
      participantId,
      this.clock.now(),
    ]);
  }
}

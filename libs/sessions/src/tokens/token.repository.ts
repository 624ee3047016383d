import type { ParticipantRole } from '#contracts';
import type { Clock, Database, Sql } from '#platform';
import type { DeviceToken, IssuedToken } from './issued-token.js';
import { TokenWriter } from './token.writer.js';

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
  private readonly writer: TokenWriter;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.writer = new TokenWriter(database, clock);
  }

  /**
   * A device that has a participant keeps it: for a token that we sign, the id given is only a proposal.
   * @returns the participant id, or undefined when the session has ended
   */
  remember(token: IssuedToken): Promise<string | undefined> {
    return this.writer.write(token);
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

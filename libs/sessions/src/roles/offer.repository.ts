import type { ParticipantRole } from '#contracts';
import type { Clock, Database, Sql } from '#platform';
import type { TokenHolder } from '../tokens/issued-token.js';
import { capabilitiesOf } from '../tokens/token-issuer.js';

/** A token that its user's sockets are to be given. The moment tells one offer to a participant from the next. */
export interface Offer extends TokenHolder {
  participantId: string;
  sessionId: string;
  offeredAt: Date;
}

/** A participant whose role was changed, as it stands. */
export interface RoleHolder extends TokenHolder {
  participantId: string;
  source: 'api' | 'key_pair';
  issuedAt: Date;
  offeredAt: Date | null;
  acceptedAt: Date | null;
  revokedAt: Date | null;
}

const HOLDER = `participant_id AS "participantId", user_id AS "userId", device_id AS "deviceId", role, attributes, source,
  issued_at AS "issuedAt", offered_at AS "offeredAt", accepted_at AS "acceptedAt", revoked_at AS "revokedAt"`;

// What one look can hand out; more were never offered within the minutes that an offer stands.
const OPEN_OFFERS = 1_000;

/** Roles of record and the tokens that are offered because of them, in the rows of the tokens given. */
export class OfferRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async find(sessionId: string, participantId: string, sql: Sql = this.database): Promise<RoleHolder | undefined> {
    const [row] = await sql.query<RoleHolder>(
      `SELECT ${HOLDER} FROM participant_token WHERE session_id = $1 AND participant_id = $2`,
      [sessionId, participantId],
    );
    return row;
  }

  /** @returns the participant with its new role, or undefined for one that was disconnected meanwhile */
  async changeRole(sql: Sql, participantId: string, role: ParticipantRole): Promise<RoleHolder | undefined> {
    const [row] = await sql.query<RoleHolder>(
      // A moment later than that of the role before, whatever the clocks of several hosts say.
      `UPDATE participant_token SET role = $2, capabilities = $3,
         attributes = attributes || jsonb_build_object('role', $4::text),
         issued_at = greatest($5::timestamptz, issued_at + interval '1 millisecond'),
         offered_at = greatest($5::timestamptz, issued_at + interval '1 millisecond'), accepted_at = NULL
       WHERE participant_id = $1 AND revoked_at IS NULL RETURNING ${HOLDER}`,
      [participantId, role, capabilitiesOf(role), role, this.clock.now()],
    );
    return row;
  }

  /** The participant that takes the place of one whose token is being killed: the same device, with a new id. */
  async replace(sql: Sql, sessionId: string, holder: TokenHolder, next: { participantId: string; expiresAt: Date }) {
    const { userId, deviceId, role, attributes } = holder;
    await sql.query(
      `INSERT INTO participant_token (participant_id, session_id, user_id, device_id, role, capabilities, attributes,
         issued_at, expires_at, source, offered_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'key_pair', $8) ON CONFLICT DO NOTHING`,
      [
        next.participantId,
        sessionId,
        userId,
        deviceId,
        role,
        capabilitiesOf(role),
        JSON.stringify(attributes),
        this.clock.now(),
        next.expiresAt,
      ],
    );
  }

  /** What is offered and not taken yet. */
  open(sinceMs: number): Promise<Offer[]> {
    return this.database.query(
      `SELECT ${HOLDER}, session_id AS "sessionId" FROM participant_token
       WHERE offered_at >= $1 AND accepted_at IS NULL AND revoked_at IS NULL ORDER BY offered_at LIMIT ${OPEN_OFFERS}`,
      [new Date(sinceMs)],
    );
  }

  /** Remembers that a token is signed for the offer. @returns whether the offer still stands */
  async sign(offer: Offer, token: { kid: string; expiresAt: Date }): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE participant_token SET kid = $3, expires_at = greatest(expires_at, $4)
       WHERE participant_id = $1 AND offered_at = $2 AND role = $5::participant_role AND revoked_at IS NULL
       RETURNING participant_id`,
      [offer.participantId, offer.offeredAt, token.kid, token.expiresAt, offer.role],
    );
    return rows.length > 0;
  }

  async accept(offer: Offer): Promise<void> {
    await this.database.query(
      'UPDATE participant_token SET accepted_at = COALESCE(accepted_at, $3) WHERE participant_id = $1 AND offered_at = $2',
      [offer.participantId, offer.offeredAt, this.clock.now()],
    );
  }
}

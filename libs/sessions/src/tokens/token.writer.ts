import { type Clock, type Database, Rounds } from '#platform';
import type { IssuedToken } from './issued-token.js';

interface Waiting {
  key: string;
  token: IssuedToken;
  resolve(participantId: string | undefined): void;
  reject(error: unknown): void;
}

interface WrittenRow {
  session_id: string;
  user_id: string;
  device_id: string;
  participant_id: string;
}

// One statement of a few hundred rows still takes milliseconds only.
const BATCH = 200;

/**
 * Writes down tokens in rounds: in a rush of joins that is one commit for many.
 */
export class TokenWriter {
  private waiting: Waiting[] = [];
  private readonly rounds = new Rounds(
    () => this.waiting.length > 0,
    () => this.writeBatch(),
  );

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @returns the participant id, which is the device's own if it has one; undefined when the session has ended */
  write(token: IssuedToken): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key: keyOf(token.sessionId, token.userId, token.deviceId), token, resolve, reject });
      this.rounds.wake();
    });
  }

  private async writeBatch(): Promise<void> {
    const batch = this.takeBatch();
    try {
      const written = await this.insert(batch.map(({ token }) => token));
      for (const { key, resolve } of batch) resolve(written.get(key));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  /** A statement can change a row once: a device that joins twice at once waits for its second turn. */
  private takeBatch(): Waiting[] {
    const batch = new Map<string, Waiting>();
    const later: Waiting[] = [];
    for (const one of this.waiting) {
      if (batch.size < BATCH && !batch.has(one.key)) batch.set(one.key, one);
      else later.push(one);
    }
    this.waiting = later;
    return [...batch.values()];
  }

  private async insert(tokens: IssuedToken[]): Promise<Map<string, string>> {
    const rows = await this.database.query<WrittenRow>(
      // In one order everywhere, so that two processes never wait for each other.
      `INSERT INTO participant_token AS known
         (participant_id, session_id, user_id, device_id, role, capabilities, attributes, issued_at, expires_at,
          source, kid)
       SELECT given.participant_id, session.id, given.user_id, given.device_id, given.role, given.capabilities,
         given.attributes, $2, given.expires_at, given.source, given.kid
       FROM jsonb_to_recordset($1::jsonb) AS given (participant_id text, session_id text, user_id text,
         device_id text, role participant_role, capabilities text[], attributes jsonb, expires_at timestamptz,
         source token_source, kid text)
       JOIN session ON session.id = given.session_id AND session.status <> 'ended'
       ORDER BY session.id, given.user_id, given.device_id
       ON CONFLICT (session_id, user_id, device_id) WHERE source = 'key_pair' AND revoked_at IS NULL
       DO UPDATE SET role = EXCLUDED.role, capabilities = EXCLUDED.capabilities, attributes = EXCLUDED.attributes,
         issued_at = EXCLUDED.issued_at, expires_at = GREATEST(known.expires_at, EXCLUDED.expires_at),
         kid = EXCLUDED.kid
       RETURNING session_id, user_id, device_id, participant_id`,
      [JSON.stringify(tokens.map(rowOf)), this.clock.now()],
    );
    return new Map(rows.map((row) => [keyOf(row.session_id, row.user_id, row.device_id), row.participant_id]));
  }
}

// None of the three can hold a space but the user id, which therefore comes last.
const keyOf = (sessionId: string, userId: string, deviceId: string) => `${sessionId} ${deviceId} ${userId}`;

function rowOf(token: IssuedToken) {
  return {
    participant_id: token.participantId,
    session_id: token.sessionId,
    user_id: token.userId,
    device_id: token.deviceId,
    role: token.role,
    capabilities: token.capabilities,
    attributes: token.attributes,
    expires_at: token.expiresAt,
    source: token.kid === undefined ? 'api' : 'key_pair',
    kid: token.kid ?? null,
  };
}

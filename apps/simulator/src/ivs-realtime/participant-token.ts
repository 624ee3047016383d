import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';

/**
 * Tokens made by CreateParticipantToken. To everyone else they are opaque; like IVS's they look like a JWT with the
 * algorithm "KMS". All that the stage needs is inside, so the cloud remembers no token, only the killed ones.
 */
const HEADER = Buffer.from(JSON.stringify({ alg: 'KMS', typ: 'JWT' })).toString('base64url');
const SECRET_LENGTH = 43;

const Claims = z.object({
  jti: z.string(),
  resource: z.string(),
  exp: z.number(),
  user_id: z.string(),
  attributes: z.record(z.string(), z.string()),
  capabilities: z.array(z.enum(['PUBLISH', 'SUBSCRIBE'])),
  /** Made with a key pair: it can be replaced without leaving the stage. */
  isExchangeable: z.boolean().default(false),
});
export type TokenClaims = z.infer<typeof Claims>;

export type TokenReading = { claims: TokenClaims } | { refusal: string };

export class ParticipantTokens {
  private secret: string;

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {
    this.secret = ids.token(SECRET_LENGTH);
  }

  /** Whether it says that it was made by CreateParticipantToken. */
  isOne(token: string): boolean {
    return token.startsWith(`${HEADER}.`);
  }

  sign(claims: TokenClaims): string {
    const payload = Buffer.from(JSON.stringify({ ...claims, nonce: this.ids.token(8) })).toString('base64url');
    return `${HEADER}.${payload}.${this.signature(payload)}`;
  }

  read(token: string): TokenReading {
    const [header, payload = '', signature = '', ...rest] = token.split('.');
    const expected = Buffer.from(this.signature(payload));
    const given = Buffer.from(signature);
    const isOurs = header === HEADER && rest.length === 0 && given.length === expected.length;
    if (!isOurs || !timingSafeEqual(given, expected)) return { refusal: 'the token is not one of this cloud' };
    const claims = Claims.parse(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')));
    return claims.exp <= this.clock.nowMs() ? { refusal: 'the token has expired' } : { claims };
  }

  dump() {
    return { secret: this.secret };
  }

  load(dump: unknown): void {
    this.secret = (dump as { secret: string }).secret;
  }

  private signature(payload: string): string {
    return createHmac('sha384', this.secret).update(`${HEADER}.${payload}`).digest('base64url');
  }
}

import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type CryptoKey, errors, jwtVerify } from 'jose';
import { z } from 'zod';
import { AccessRole } from '#contracts';
import { Clock } from '../clock.js';
import { Config } from '../config/config.js';
import { AppError } from '../errors/app.error.js';
import type { UserPrincipal } from './principal.js';
import { Revocations } from './revocations.js';

const ALGORITHM = 'HS256';
const ISSUER = 'stagedoor';
const AUDIENCE = 'stagedoor';
const base64Url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const HEADER = base64Url({ alg: ALGORITHM, typ: 'JWT' });

/** What a token of ours says, beside the registered claims. `rev` is the revocation mark that it was minted under. */
const Claims = z.object({
  sub: z.string().min(1),
  exp: z.int(),
  iat_ms: z.int(),
  role: AccessRole,
  sid: z.string().optional(),
  scope: z.literal('global').optional(),
  name: z.string().optional(),
  rev: z.int().optional(),
});

export interface TokenGrant {
  userId: string;
  role: AccessRole;
  ttlSeconds: number;
  sessionId?: string | undefined;
  scope?: 'global' | undefined;
  displayName?: string | undefined;
}

export interface MintedToken {
  token: string;
  /** RFC 3339. */
  expiresAt: string;
}

/** Our own access tokens: JWTs signed with STAGEDOOR_JWT_SECRET. While it is rotated the first signs and both verify. */
@Injectable()
export class AccessTokens {
  private readonly keys: Promise<CryptoKey[]>;
  private readonly signingSecret: string | undefined;

  constructor(
    config: Config,
    private readonly clock: Clock,
    private readonly revocations: Revocations,
  ) {
    this.signingSecret = config.env.STAGEDOOR_JWT_SECRET?.[0];
    // Imported once: jose would import a plain secret again for each token.
    this.keys = Promise.all((config.env.STAGEDOOR_JWT_SECRET ?? []).map(importSecret));
  }

  /** A token that the customer's backend asked for: valid whatever was revoked before. */
  async mint(grant: TokenGrant): Promise<MintedToken> {
    return this.sign(grant, await this.revocations.currentMark(grant.userId));
  }

  /**
   * A token that a user got by another token: it dies with it. It carries the other's revocation mark, so that a
   * revocation while it is made still meets it, and expires no later.
   */
  async derive(parent: UserPrincipal, grant: Omit<TokenGrant, 'userId'>): Promise<MintedToken> {
    return this.sign({ ...grant, userId: parent.userId }, parent.revocationMark ?? 0, parent.expiresAtMs);
  }

  /** @throws AppError TOKEN_EXPIRED or UNAUTHENTICATED; does not look for revocations */
  async verify(token: string): Promise<UserPrincipal> {
    const keys = await this.keys;
    for (const key of keys) {
      const payload = await this.verifyWith(key, token);
      if (payload) return toPrincipal(payload);
    }
    throw new AppError('UNAUTHENTICATED', 'The access token is not valid.');
  }

  private sign(grant: TokenGrant, mark: number, latestMs = Number.POSITIVE_INFINITY): MintedToken {
    if (this.signingSecret === undefined) throw new Error('no STAGEDOOR_JWT_SECRET');
    const nowMs = this.clock.nowMs();
    // Rounded up to JWT's whole seconds, so that a token lives at least as long as was asked for.
    const expiresAtMs = Math.min(Math.ceil(nowMs / 1000 + grant.ttlSeconds) * 1000, latestMs);
    const claims = base64Url({
      iat_ms: nowMs,
      role: grant.role,
      ...(grant.sessionId === undefined ? {} : { sid: grant.sessionId }),
      ...(grant.scope === undefined ? {} : { scope: grant.scope }),
      ...(grant.displayName === undefined ? {} : { name: grant.displayName }),
      ...(mark === 0 ? {} : { rev: mark }),
      iss: ISSUER,
      aud: AUDIENCE,
      sub: grant.userId,
      iat: Math.floor(nowMs / 1000),
      exp: Math.floor(expiresAtMs / 1000),
    });
    // By hand and at once: jose would send microseconds of work through the thread pool, behind the participant tokens.
    const signature = createHmac('sha256', this.signingSecret).update(`${HEADER}.${claims}`).digest('base64url');
    return { token: `${HEADER}.${claims}.${signature}`, expiresAt: new Date(expiresAtMs).toISOString() };
  }

  /** @returns nothing when another key may have signed it */
  private async verifyWith(key: CryptoKey, token: string): Promise<unknown> {
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        requiredClaims: ['exp', 'sub'],
        currentDate: this.clock.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new AppError('TOKEN_EXPIRED', undefined, { cause: error });
      if (error instanceof errors.JWSSignatureVerificationFailed) return undefined;
      throw new AppError('UNAUTHENTICATED', 'The access token is not valid.', { cause: error });
    }
  }
}

function importSecret(secret: string): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), algorithm, false, ['sign', 'verify']);
}

function toPrincipal(payload: unknown): UserPrincipal {
  const claims = Claims.safeParse(payload);
  if (!claims.success) throw new AppError('UNAUTHENTICATED', 'The access token is not one of ours.');
  const { sub, exp, iat_ms, role, sid, scope, name, rev } = claims.data;
  return {
    kind: 'user',
    userId: sub,
    role,
    issuedAtMs: iat_ms,
    expiresAtMs: exp * 1000,
    ...(sid === undefined ? {} : { sessionId: sid }),
    ...(scope === undefined ? {} : { scope }),
    ...(name === undefined ? {} : { displayName: name }),
    ...(rev === undefined ? {} : { revocationMark: rev }),
  };
}

import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { z } from 'zod';
import { AccessRole, PathId, UserId } from '#contracts';
import { Clock } from '../clock.js';
import { Config } from '../config/config.js';
import { AppError } from '../errors/app.error.js';
import { cleanText } from '../text.js';
import type { UserPrincipal } from './principal.js';
import { ProviderKeys } from './provider-keys.js';

/** Ours by theirs. */
const CLAIMS = { userId: 'sub', role: 'role', sessionId: 'sessionId', scope: 'scope', displayName: 'name' };
const NAME_LENGTH = 128;
// OAuth's `scope` is a list of words; ours is one of them.
const GLOBAL = /(^|\s)global(\s|$)/;

const Identity = z.object({ userId: UserId, role: AccessRole.default('viewer'), sessionId: PathId.optional() });

/**
 * Tokens of the customer's identity provider, by its key set (RFC 7517). Signatures by public key only, of the algorithms
 * that the configuration names; issuer and audience must be the configured ones; `exp` and `iat` must be there.
 */
@Injectable()
export class ProviderTokens {
  private readonly keys: ProviderKeys | undefined;
  private readonly claims: typeof CLAIMS;

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    const { AUTH_JWKS_URL, AUTH_CLAIMS } = config.env;
    const given = AUTH_CLAIMS.map((pair) => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]);
    this.claims = { ...CLAIMS, ...Object.fromEntries(given) };
    this.keys = AUTH_JWKS_URL === undefined ? undefined : new ProviderKeys(AUTH_JWKS_URL, clock);
  }

  /** Whether this is for the provider's keys to verify: our own tokens are the only ones signed with a secret. */
  isOne(token: string): boolean {
    if (!this.keys) return false;
    try {
      return decodeProtectedHeader(token).alg !== 'HS256';
    } catch {
      return false;
    }
  }

  /** @throws AppError TOKEN_EXPIRED, UNAUTHENTICATED; UNAVAILABLE while the provider's keys were never fetched */
  async verify(token: string): Promise<UserPrincipal> {
    const payload = await this.payloadOf(token);
    const { claims } = this;
    const identity = Identity.safeParse({
      userId: claimOf(payload, claims.userId),
      role: claimOf(payload, claims.role),
      sessionId: claimOf(payload, claims.sessionId),
    });
    if (!identity.success) {
      const names = identity.error.issues.map(({ path }) => claims[path[0] as 'userId']);
      throw new AppError('UNAUTHENTICATED', `The access token has no usable ${names.join(', ')}.`);
    }
    const { userId, role, sessionId } = identity.data;
    const displayName = nameOf(claimOf(payload, claims.displayName));
    const isGlobal = role === 'moderator' && GLOBAL.test(String(claimOf(payload, claims.scope) ?? ''));
    const issuedAtMs = Number(payload.iat) * 1000;
    return {
      kind: 'user',
      userId,
      role,
      issuedAtMs,
      // For as long as it would be taken over HTTP.
      expiresAtMs: (Number(payload.exp) + this.config.env.AUTH_CLOCK_SKEW_SECONDS) * 1000,
      // Revocations are times: a token from before the user's latest is void.
      revocationMark: issuedAtMs,
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(isGlobal ? { scope: 'global' } : {}),
      ...(displayName === undefined ? {} : { displayName }),
    };
  }

  private async payloadOf(token: string): Promise<JWTPayload> {
    const { AUTH_ISSUER, AUTH_AUDIENCE, AUTH_ALGORITHMS, AUTH_CLOCK_SKEW_SECONDS } = this.config.env;
    if (!this.keys || AUTH_ISSUER === undefined || AUTH_AUDIENCE === undefined) throw invalid();
    try {
      const { payload } = await jwtVerify(token, this.keys.resolve, {
        algorithms: AUTH_ALGORITHMS,
        issuer: AUTH_ISSUER,
        audience: AUTH_AUDIENCE,
        requiredClaims: ['exp', 'iat'],
        clockTolerance: AUTH_CLOCK_SKEW_SECONDS,
        currentDate: this.clock.now(),
      });
      // jose looks at `nbf` only: a token of the future would outlive a revocation.
      if (Number(payload.iat) * 1000 > this.clock.nowMs() + AUTH_CLOCK_SKEW_SECONDS * 1000) throw invalid();
      return payload;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (error instanceof errors.JWTExpired) throw new AppError('TOKEN_EXPIRED', undefined, { cause: error });
      throw invalid(error);
    }
  }
}

function invalid(cause?: unknown): AppError {
  return new AppError('UNAUTHENTICATED', 'The access token is not valid.', { cause });
}

/** By its name as it stands, which may be a URL with dots in it, or as a path into nested claims. */
function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  return name.split('.').reduce<unknown>((value, part) => {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, part)
      ? (value as Record<string, unknown>)[part]
      : undefined;
  }, payload);
}

/** A name is no reason to refuse somebody. */
function nameOf(claim: unknown): string | undefined {
  if (typeof claim !== 'string') return undefined;
  const name = cleanText(claim.replace(/\p{C}/gu, ''), NAME_LENGTH).trim();
  return name === '' ? undefined : name;
}

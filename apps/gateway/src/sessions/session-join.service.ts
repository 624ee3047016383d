import { Injectable } from '@nestjs/common';
import type { JoinedSession, JoinSession, ParticipantRole, Session } from '#contracts';
import { AccessTokens, AppError, Clock, type MintedToken, type Principal } from '#platform';
import { ACCESS_ROLE_OF, assertMayJoin, JoinService, sessionTopic } from '#sessions';
import { PublicUrl } from '../http/public-url.js';
import { RateLimits } from '../http/rate-limits.js';

/** Joining: who joins as what, the participant token, and the access token with which the client goes on. */
@Injectable()
export class SessionJoinService {
  constructor(
    private readonly joining: JoinService,
    private readonly tokens: AccessTokens,
    private readonly limits: RateLimits,
    private readonly publicUrl: PublicUrl,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN, SESSION_ENDED, VALIDATION_FAILED, RATE_LIMITED, AWS_BUSY, AWS_REFUSED */
  async join(caller: Principal, session: Session | undefined, wish: JoinSession): Promise<JoinedSession> {
    assertMayJoin(caller, session, wish.role);
    const userId = userIdOf(caller, wish);
    const displayName = wish.displayName ?? (caller.kind === 'user' ? caller.displayName : undefined);
    await this.limits.countJoin(caller);
    const joined = await this.joining.join(session, { ...wish, userId, displayName });
    const grant = {
      role: ACCESS_ROLE_OF[wish.role],
      sessionId: session.id,
      displayName,
      // As long as the participant token: a client renews both by joining again.
      ttlSeconds: Math.max(1, (Date.parse(joined.expiresAt) - this.clock.nowMs()) / 1000),
    };
    const access = await this.mint(caller, userId, grant);
    return {
      ...joined,
      accessToken: access.token,
      live: { url: this.publicUrl.origin, topic: sessionTopic(session.id) },
    };
  }

  /** A user's own wish makes a token that lives and dies with the one it was made by. */
  private mint(caller: Principal, userId: string, grant: Omit<Grant, 'userId'>): Promise<MintedToken> {
    return caller.kind === 'user' ? this.tokens.derive(caller, grant) : this.tokens.mint({ ...grant, userId });
  }
}

type Grant = Parameters<AccessTokens['mint']>[0];

/** @throws AppError VALIDATION_FAILED when the customer's backend names nobody, FORBIDDEN for another's id */
function userIdOf(caller: Principal, wish: JoinSession & { role: ParticipantRole }): string {
  if (caller.kind === 'user') {
    if (wish.userId === undefined || wish.userId === caller.userId) return caller.userId;
    throw new AppError('FORBIDDEN', 'With an access token one joins as oneself.');
  }
  if (wish.userId !== undefined) return wish.userId;
  throw new AppError('VALIDATION_FAILED', 'An API key joins on behalf of a user.', {
    errors: [{ pointer: '/userId', detail: 'required with an API key' }],
  });
}

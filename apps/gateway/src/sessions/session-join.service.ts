import { Injectable } from '@nestjs/common';
import type { JoinedSession, JoinSession, Session } from '#contracts';
import { AccessTokens, Clock, type MintedToken, type Principal } from '#platform';
import { ACCESS_ROLE_OF, assertMayJoin, JoinService, sessionTopic } from '#sessions';
import { SessionChatService } from '../chat/session-chat.service.js';
import { requiredUserOf } from '../http/caller.policy.js';
import { PublicUrl } from '../http/public-url.js';
import { RateLimits } from '../http/rate-limits.js';
import { StageDoorService } from '../stage-door/stage-door.service.js';

/** Joining: who joins as what, the participant token, and the access token with which the client goes on. */
@Injectable()
export class SessionJoinService {
  constructor(
    private readonly joining: JoinService,
    private readonly tokens: AccessTokens,
    private readonly limits: RateLimits,
    private readonly publicUrl: PublicUrl,
    private readonly chat: SessionChatService,
    private readonly door: StageDoorService,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN, SESSION_ENDED, VALIDATION_FAILED, RATE_LIMITED, AWS_BUSY, AWS_REFUSED */
  async join(caller: Principal, session: Session | undefined, wish: JoinSession): Promise<JoinedSession> {
    assertMayJoin(caller, session, wish.role, await this.door.isInvited(caller, session, wish.role));
    const userId = requiredUserOf(caller, wish.userId);
    const displayName = wish.displayName ?? (caller.kind === 'user' ? caller.displayName : undefined);
    await this.limits.countJoin(caller);
    const joined = await this.joining.join(session, { ...wish, userId, displayName });
    await this.door.joined(session.id, userId, wish.role);
    const grant = {
      role: ACCESS_ROLE_OF[wish.role],
      sessionId: session.id,
      displayName,
      // As long as the participant token: a client renews both by joining again.
      ttlSeconds: Math.max(1, (Date.parse(joined.expiresAt) - this.clock.nowMs()) / 1000),
    };
    const access = await this.mint(caller, userId, grant);
    const chat = this.chat.describe(session);
    return {
      ...joined,
      accessToken: access.token,
      live: { url: this.publicUrl.origin, topic: sessionTopic(session.id) },
      ...(chat === undefined ? {} : { chat }),
    };
  }

  /** A user's own wish makes a token that lives and dies with the one it was made by. */
  private mint(caller: Principal, userId: string, grant: Omit<Grant, 'userId'>): Promise<MintedToken> {
    return caller.kind === 'user' ? this.tokens.derive(caller, grant) : this.tokens.mint({ ...grant, userId });
  }
}

type Grant = Parameters<AccessTokens['mint']>[0];

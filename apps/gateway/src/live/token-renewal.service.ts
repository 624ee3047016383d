import { Injectable } from '@nestjs/common';
import { AppError, Authenticator, isoFromMicros, microsFromMillis, type UserPrincipal } from '#platform';
import type { LiveSocket } from './live.socket.js';
import { Subscriptions } from './subscription.service.js';
import { TokenLifetimes } from './token-lifetime.service.js';

/** A newer token for a socket that lives on: of the same user, and good for everything that the socket follows. */
@Injectable()
export class TokenRenewal {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly subscriptions: Subscriptions,
    private readonly lifetimes: TokenLifetimes,
  ) {}

  /** @throws AppError UNAUTHENTICATED, TOKEN_EXPIRED, FORBIDDEN; the socket then goes on with the token that it has */
  async renew(live: LiveSocket, token: string): Promise<{ expiresAt: string }> {
    const renewed = await this.authenticator.authenticate(token);
    if (!isOfUser(renewed, live.userId)) throw new AppError('FORBIDDEN', 'A renewed token must be of the same user.');
    if (!(await this.subscriptions.mayKeepAll(live, renewed))) {
      throw new AppError('FORBIDDEN', 'This token does not allow a topic that the socket follows: unsubscribe first.');
    }
    live.principal = renewed;
    this.lifetimes.watch(live);
    return { expiresAt: isoFromMicros(microsFromMillis(renewed.expiresAtMs)) };
  }
}

function isOfUser(
  principal: { kind: string; userId?: string },
  userId: string | undefined,
): principal is UserPrincipal {
  return principal.kind === 'user' && principal.userId === userId;
}

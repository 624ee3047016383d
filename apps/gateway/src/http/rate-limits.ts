import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { AppError, Clock, Config, type Principal } from '#platform';
import { addressKey } from './address.policy.js';

/** All limits count in windows of this length. */
export const WINDOW_SECONDS = 10;

type LimitName = 'user' | 'address' | 'failure' | 'join' | 'apiKey';

/**
 * Limits of one process: with n gateways a caller gets up to n times as much. They are there so that no single user or
 * address takes a gateway for itself, not to meter; what must hold exactly (AWS's quotas) has a governor of its own.
 */
@Injectable()
export class RateLimits {
  private readonly limiters: Record<LimitName, RateLimiterMemory | undefined>;

  constructor({ env }: Config, clock: Clock) {
    // At 0 there is no limit. A rehearsal in fast time has its windows in fast time.
    const limiter = (points: number) =>
      points === 0 ? undefined : new RateLimiterMemory({ points, duration: WINDOW_SECONDS / clock.scale });
    this.limiters = {
      user: limiter(env.RATE_LIMIT_USER),
      address: limiter(env.RATE_LIMIT_ADDRESS),
      failure: limiter(env.RATE_LIMIT_UNAUTHENTICATED),
      join: limiter(env.RATE_LIMIT_JOIN),
      apiKey: limiter(env.RATE_LIMIT_API_KEY),
    };
  }

  /** One request of a known caller. @throws AppError RATE_LIMITED */
  async count(principal: Principal, ip: string): Promise<void> {
    if (principal.kind === 'api_key') return this.take('apiKey', principal.id ?? 'environment');
    await this.take('user', principal.userId);
    await this.take('address', addressKey(ip));
  }

  /** One request that showed no good credentials. @throws AppError RATE_LIMITED */
  async countFailure(ip: string): Promise<void> {
    await this.take('failure', addressKey(ip));
  }

  /** One join of a user; the customer's backend may join as many as it likes. @throws AppError RATE_LIMITED */
  async countJoin(principal: Principal): Promise<void> {
    if (principal.kind === 'user') await this.take('join', principal.userId);
  }

  private async take(name: LimitName, key: string): Promise<void> {
    try {
      await this.limiters[name]?.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new AppError('RATE_LIMITED', undefined, { retryAfterSeconds: Math.max(1, refusal.msBeforeNext / 1000) });
    }
  }
}

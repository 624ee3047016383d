import { Injectable } from '@nestjs/common';
import type { RenewedParticipantToken, RenewParticipantToken } from '#contracts';
import { AppError, type Principal } from '#platform';
import { assertMayOn, RenewService, SessionService } from '#sessions';
import { RateLimits } from '../http/rate-limits.js';

/** Renewing participant tokens: for oneself only. */
@Injectable()
export class ParticipantTokenAccessService {
  constructor(
    private readonly sessions: SessionService,
    private readonly renewals: RenewService,
    private readonly limits: RateLimits,
  ) {}

  /** @throws AppError FORBIDDEN for an API key, which is nobody; NOT_FOUND, SESSION_ENDED, CONFLICT, RATE_LIMITED */
  async renew(caller: Principal, id: string, { deviceId }: RenewParticipantToken): Promise<RenewedParticipantToken> {
    const session = await this.sessions.find(id);
    assertMayOn(caller, 'participant_token.renew', session);
    if (caller.kind === 'api_key') throw new AppError('FORBIDDEN');
    // The same work as joining, and as worth limiting.
    await this.limits.countJoin(caller);
    return this.renewals.renew(session, caller.userId, deviceId);
  }
}

import { Injectable } from '@nestjs/common';
import type { AccessToken, CreateAccessToken } from '#contracts';
import { AccessTokens, type Principal, Revocations } from '#platform';
import { assertMay } from '#sessions';

/** Access tokens on behalf of the customer's backend. */
@Injectable()
export class AccessTokenService {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly revocations: Revocations,
  ) {}

  /** @throws AppError FORBIDDEN */
  async create(caller: Principal, grant: CreateAccessToken): Promise<AccessToken> {
    assertMay(caller, 'access_token.create');
    return this.tokens.mint(grant);
  }

  /** @throws AppError FORBIDDEN */
  async revoke(caller: Principal, userId: string): Promise<void> {
    assertMay(caller, 'access_token.revoke');
    await this.revocations.revoke(userId);
  }
}

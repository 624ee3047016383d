import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { AppError } from '../errors/app.error.js';
import { AccessTokens } from './access-tokens.js';
import { ApiKeys } from './api-keys.js';
import type { Principal } from './principal.js';
import { ProviderTokens } from './provider-tokens.js';
import { Revocations } from './revocations.js';
import { StoredApiKeys } from './stored-api-keys.js';

/** Turns what a caller presents into who calls: for HTTP and for sockets alike. */
@Injectable()
export class Authenticator {
  private readonly apiKeys: ApiKeys;

  constructor(
    config: Config,
    private readonly tokens: AccessTokens,
    private readonly revocations: Revocations,
    private readonly storedKeys: StoredApiKeys,
    private readonly provider: ProviderTokens,
  ) {
    this.apiKeys = new ApiKeys(config.env.STAGEDOOR_API_KEY ?? []);
  }

  /**
   * @param bearer an API key or an access token, without the scheme
   * @throws AppError UNAUTHENTICATED or TOKEN_EXPIRED; UNAVAILABLE when an identity provider's keys cannot be had
   */
  async authenticate(bearer: string): Promise<Principal> {
    if (this.apiKeys.includes(bearer)) return { kind: 'api_key' };
    const key = await this.storedKeys.find(bearer);
    if (key) return key;
    const verifier = this.provider.isOne(bearer) ? this.provider : this.tokens;
    const principal = await verifier.verify(bearer);
    if (await this.revocations.isRevoked(principal)) {
      throw new AppError('UNAUTHENTICATED', 'The access token has been revoked.');
    }
    return principal;
  }
}

/** @throws AppError UNAUTHENTICATED unless the header is `Bearer <credentials>` (RFC 6750, section 2.1) */
export function bearerOf(header: string | undefined): string {
  const credentials = /^Bearer +([\x21-\x7e]+)$/i.exec(header ?? '')?.[1];
  if (!credentials) {
    throw new AppError('UNAUTHENTICATED', 'Send `Authorization: Bearer <API key or access token>`.');
  }
  return credentials;
}

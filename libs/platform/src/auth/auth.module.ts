import { Global, Module } from '@nestjs/common';
import { AccessTokens } from './access-tokens.js';
import { Authenticator } from './authenticator.js';
import { ProviderTokens } from './provider-tokens.js';
import { Revocations } from './revocations.js';
import { StoredApiKeys } from './stored-api-keys.js';

/** Who calls. Needs the platform's Config, Clock, Database and Bus. */
@Global()
@Module({
  providers: [AccessTokens, Authenticator, ProviderTokens, Revocations, StoredApiKeys],
  exports: [AccessTokens, Authenticator, Revocations, StoredApiKeys],
})
export class AuthModule {}

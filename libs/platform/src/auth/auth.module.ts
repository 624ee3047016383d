import { Global, Module } from '@nestjs/common';
import { AccessTokens } from './access-tokens.js';
import { Authenticator } from './authenticator.js';
import { Revocations } from './revocations.js';

/** Who calls. Needs the platform's Config, Clock, Database and Bus. */
@Global()
@Module({
  providers: [AccessTokens, Authenticator, Revocations],
  exports: [AccessTokens, Authenticator, Revocations],
})
export class AuthModule {}

import { Body, Controller, Delete, HttpCode, Post, Query } from '@nestjs/common';
import { AccessToken, CreateAccessToken, RevokeAccessTokens } from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { AccessTokenService } from './access-token.service.js';

@Controller('v1/access-tokens')
export class AccessTokenController {
  constructor(private readonly tokens: AccessTokenService) {}

  @Post()
  @Route({
    summary: 'A token of one user, for REST and sockets',
    idempotent: { again: 'run' },
    status: 201,
    answer: AccessToken,
    example: { token: 'eyJhbGciOi…', expiresAt: '2026-05-01T20:00:00.000Z' },
    errors: ['FORBIDDEN', 'VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'],
  })
  createAccessToken(@Caller() caller: Principal, @Body({ schema: CreateAccessToken }) body: CreateAccessToken) {
    return this.tokens.create(caller, body);
  }

  @Delete()
  @HttpCode(204)
  @Route({
    summary: 'Revokes every token that the user has',
    description: 'Sockets of the user are closed. Tokens made afterwards are good.',
    status: 204,
    errors: ['FORBIDDEN', 'VALIDATION_FAILED'],
  })
  revokeAccessTokens(@Caller() caller: Principal, @Query({ schema: RevokeAccessTokens }) query: RevokeAccessTokens) {
    return this.tokens.revoke(caller, query.userId);
  }
}

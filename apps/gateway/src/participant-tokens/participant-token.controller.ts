import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { PathId, RenewedParticipantToken, RenewParticipantToken } from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { ParticipantTokenAccessService } from './participant-token-access.service.js';

@Controller('v1/sessions')
export class ParticipantTokenController {
  constructor(private readonly tokens: ParticipantTokenAccessService) {}

  @Post(':id/participant-token')
  @HttpCode(200)
  @Route({
    summary: 'A new participant token for one’s own device that has joined',
    idempotent: { again: 'run' },
    description: [
      'With an access token. The role stays, and so does the participant id where tokens are signed with a key pair.',
      '`NOT_FOUND` for a device that has not joined; `CONFLICT` for one that was disconnected (join again), and for a',
      'user with several devices who names none.',
    ].join(' '),
    answer: RenewedParticipantToken,
    errors: [
      'FORBIDDEN',
      'NOT_FOUND',
      'SESSION_ENDED',
      'CONFLICT',
      'VALIDATION_FAILED',
      'UNSUPPORTED_MEDIA_TYPE',
      'PAYLOAD_TOO_LARGE',
      'AWS_REFUSED',
      'AWS_BUSY',
    ],
  })
  renewParticipantToken(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Body({ schema: RenewParticipantToken }) body: RenewParticipantToken,
  ) {
    return this.tokens.renew(caller, id, body);
  }
}

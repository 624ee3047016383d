import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { DisconnectParticipant, OperationAccepted, PathId } from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { ParticipantAccessService } from './participant-access.service.js';

@Controller('v1/sessions/:id/participants/:participantId')
export class ParticipantController {
  constructor(private readonly participants: ParticipantAccessService) {}

  @Post('disconnect')
  @HttpCode(202)
  @Route({
    summary: 'Disconnects a participant from the stage',
    idempotent: { again: 'answer' },
    description: [
      'Its token is void from now on; `participant.disconnected` with the reason, which is public, follows when IVS has',
      'confirmed it. Somebody who has left already is no error. A moderator disconnects neither hosts nor moderators.',
    ].join(' '),
    status: 202,
    answer: OperationAccepted,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'SESSION_ENDED', 'VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE'],
  })
  disconnectParticipant(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Param('participantId', { schema: PathId }) participantId: string,
    @Body({ schema: DisconnectParticipant }) body: DisconnectParticipant,
  ) {
    return this.participants.disconnect(caller, { sessionId: id, participantId }, body.reason);
  }
}

import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ChangeRole, DisconnectParticipant, OperationAccepted, PathId } from '#contracts';
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

  @Post('role')
  @HttpCode(202)
  @Route({
    summary: 'Promotes or demotes a participant without a rejoin',
    idempotent: { again: 'answer' },
    description: [
      'The role of record changes at once; a token of the new role goes to the user’s sockets as `token.exchange`. The',
      'operation tells what was confirmed: a promotion that nobody took ends with steps still pending. A demotion that is not',
      'obeyed within ten seconds is enforced: the participant is disconnected and its user gets a token for watching.',
      '409 for a host, a moderator, somebody disconnected, and for a token that was made by IVS rather than signed here.',
    ].join(' '),
    status: 202,
    answer: OperationAccepted,
    errors: ['CONFLICT', 'FORBIDDEN', 'NOT_FOUND', 'SESSION_ENDED', 'VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE'],
  })
  changeRole(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Param('participantId', { schema: PathId }) participantId: string,
    @Body({ schema: ChangeRole }) body: ChangeRole,
  ) {
    return this.participants.changeRole(caller, { sessionId: id, participantId }, body);
  }
}

import { Body, Controller, Delete, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CreateInvitation, Hand, Invitation, PathId, RaiseHand, ReadHand } from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { StageDoorService } from './stage-door.service.js';

@Controller('v1/sessions/:id')
export class StageDoorController {
  constructor(private readonly door: StageDoorService) {}

  @Post('invitations')
  @Route({
    summary: 'Lets a viewer join as a guest',
    idempotent: { again: 'answer' },
    description: 'By the host or the customer’s backend. Inviting again answers with the first invitation.',
    status: 201,
    answer: Invitation,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'SESSION_ENDED', 'VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE'],
  })
  createInvitation(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Body({ schema: CreateInvitation }) body: CreateInvitation,
  ) {
    return this.door.invite(caller, id, body.userId);
  }

  @Post('hands')
  @Route({
    summary: 'Asks to come on stage',
    idempotent: { again: 'answer' },
    description: 'One’s own hand; the customer’s backend names the `userId`. A hand that is up stays up.',
    status: 201,
    answer: Hand,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'SESSION_ENDED', 'VALIDATION_FAILED', 'UNSUPPORTED_MEDIA_TYPE'],
  })
  raiseHand(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Body({ schema: RaiseHand }) body: RaiseHand,
  ) {
    return this.door.raiseHand(caller, id, body.userId);
  }

  @Delete('hands')
  @HttpCode(204)
  @Route({
    summary: 'Asks no more, or turns somebody down',
    description: 'One’s own hand, or with `userId` another’s: by the host, a moderator or the customer’s backend.',
    status: 204,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'SESSION_ENDED', 'VALIDATION_FAILED'],
  })
  lowerHand(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Query({ schema: ReadHand }) query: ReadHand,
  ) {
    return this.door.lowerHand(caller, id, query.userId);
  }
}

import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  CreateSession,
  JoinedSession,
  JoinSession,
  ListParticipants,
  ListSessions,
  LiveEvents,
  OperationAccepted,
  ParticipantPage,
  PathId,
  ReadEvents,
  Session,
  SessionPage,
  SessionSnapshot,
} from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { SessionAccessService } from './session-access.service.js';

@Controller('v1/sessions')
export class SessionController {
  constructor(private readonly sessions: SessionAccessService) {}

  @Post()
  @Route({
    summary: 'Creates a session with its own stage',
    idempotent: { again: 'answer' },
    description: 'A host token creates sessions whose `hostUserId` is its own user.',
    status: 201,
    answer: Session,
    errors: [
      'FORBIDDEN',
      'VALIDATION_FAILED',
      'UNSUPPORTED_MEDIA_TYPE',
      'PAYLOAD_TOO_LARGE',
      'AWS_REFUSED',
      'AWS_BUSY',
    ],
  })
  createSession(@Caller() caller: Principal, @Body({ schema: CreateSession }) body: CreateSession) {
    return this.sessions.create(caller, body);
  }

  @Get()
  @Route({
    summary: 'The sessions that one may see, newest first',
    answer: SessionPage,
    errors: ['VALIDATION_FAILED'],
  })
  listSessions(@Caller() caller: Principal, @Query({ schema: ListSessions }) query: ListSessions) {
    return this.sessions.list(caller, query);
  }

  @Get(':id')
  @Route({
    summary: 'The state of a session as its live log has it',
    answer: SessionSnapshot,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  })
  getSession(@Caller() caller: Principal, @Param('id', { schema: PathId }) id: string) {
    return this.sessions.snapshot(caller, id);
  }

  @Get(':id/events')
  @Route({
    summary: 'The live log over HTTP: what came after a number, oldest first, at most 1,000',
    description:
      'Empty when there is nothing newer. `LOG_GONE` for a foreign epoch and beyond retention: take the snapshot.',
    answer: LiveEvents,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'LOG_GONE', 'VALIDATION_FAILED'],
  })
  readSessionEvents(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Query({ schema: ReadEvents }) query: ReadEvents,
  ) {
    return this.sessions.events(caller, id, query);
  }

  @Get(':id/participants')
  @Route({
    summary: 'Everyone who was ever on the stage, those who left too',
    answer: ParticipantPage,
    errors: ['FORBIDDEN', 'NOT_FOUND', 'VALIDATION_FAILED'],
  })
  listParticipants(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Query({ schema: ListParticipants }) query: ListParticipants,
  ) {
    return this.sessions.participants(caller, id, query);
  }

  @Post(':id/join')
  @HttpCode(200)
  @Route({
    summary: 'Everything that a client needs to take part, in one call',
    idempotent: { again: 'run', kept: ['deviceId'] },
    description: [
      'The customer’s backend names the `userId`; with an access token it is the token’s own.',
      'One participant a `deviceId` (made up when omitted).',
      'To publish as a guest takes an invitation or `stageDoor: "open"`.',
    ].join(' '),
    answer: JoinedSession,
    errors: [
      'FORBIDDEN',
      'BANNED',
      'NOT_FOUND',
      'SESSION_ENDED',
      'VALIDATION_FAILED',
      'UNSUPPORTED_MEDIA_TYPE',
      'PAYLOAD_TOO_LARGE',
      'AWS_REFUSED',
      'AWS_BUSY',
    ],
  })
  joinSession(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Body({ schema: JoinSession }) body: JoinSession,
  ) {
    return this.sessions.join(caller, id, body);
  }

  @Post(':id/end')
  @HttpCode(202)
  @Route({
    summary: 'Ends the session for everyone',
    idempotent: { again: 'answer' },
    description: '`session.ended` is in the log when this answers. A second one answers with the same operation.',
    status: 202,
    answer: OperationAccepted,
    errors: ['FORBIDDEN', 'NOT_FOUND'],
  })
  endSession(@Caller() caller: Principal, @Param('id', { schema: PathId }) id: string) {
    return this.sessions.end(caller, id);
  }
}

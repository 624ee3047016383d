import { Injectable } from '@nestjs/common';
import type {
  CreateSession,
  JoinedSession,
  JoinSession,
  ListParticipants,
  ListSessions,
  LiveEvent,
  OperationAccepted,
  ParticipantPage,
  ReadEvents,
  Session,
  SessionPage,
  SessionSnapshot,
} from '#contracts';
import { LogReader } from '#live';
import { AppError, type Principal, roleOf } from '#platform';
import {
  assertMay,
  assertMayOn,
  END_REASON_OF,
  EndService,
  hostOfNewSession,
  SessionRepository,
  SessionService,
  sessionTopic,
} from '#sessions';
import { SessionJoinService } from './session-join.service.js';

/** Every call about sessions, allowed or refused before anything is done. */
@Injectable()
export class SessionAccessService {
  constructor(
    private readonly sessions: SessionService,
    private readonly repository: SessionRepository,
    private readonly joining: SessionJoinService,
    private readonly ending: EndService,
    private readonly log: LogReader,
  ) {}

  async create(caller: Principal, input: CreateSession): Promise<Session> {
    const hostUserId = hostOfNewSession(caller, input.hostUserId);
    return this.sessions.create({ ...input, ...(hostUserId === undefined ? {} : { hostUserId }) });
  }

  async list(caller: Principal, query: ListSessions): Promise<SessionPage> {
    assertMay(caller, 'session.list');
    return this.sessions.list(query, caller);
  }

  async snapshot(caller: Principal, id: string): Promise<SessionSnapshot> {
    await this.seen(caller, id);
    return this.sessions.snapshot(id);
  }

  async events(caller: Principal, id: string, query: ReadEvents): Promise<{ epoch: string; events: LiveEvent[] }> {
    await this.seen(caller, id);
    return this.log.read(sessionTopic(id), query);
  }

  async participants(caller: Principal, id: string, query: ListParticipants): Promise<ParticipantPage> {
    await this.seen(caller, id);
    // One more than asked for tells whether there is a next page; the last one's id is where it begins.
    const found = await this.repository.participants(id, query.cursor, query.limit + 1);
    const participants = found.slice(0, query.limit);
    const last = participants.at(-1);
    return { participants, ...(found.length > query.limit && last ? { nextCursor: last.participantId } : {}) };
  }

  async join(caller: Principal, id: string, wish: JoinSession): Promise<JoinedSession> {
    return this.joining.join(caller, await this.sessions.find(id), wish);
  }

  async end(caller: Principal, id: string): Promise<OperationAccepted> {
    const session = await this.sessions.find(id);
    assertMayOn(caller, 'session.end', session);
    const role = roleOf(caller);
    if (role === 'viewer') throw new AppError('FORBIDDEN');
    return this.ending.end(session.id, END_REASON_OF[role]);
  }

  private async seen(caller: Principal, id: string): Promise<void> {
    assertMayOn(caller, 'session.see', await this.sessions.find(id));
  }
}

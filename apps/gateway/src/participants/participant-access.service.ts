import { Injectable } from '@nestjs/common';
import type { ChangeRole, OperationAccepted, Session } from '#contracts';
import { AppError, type Principal } from '#platform';
import {
  assertMayOn,
  DisconnectService,
  HandService,
  mayChangeRole,
  mayDisconnect,
  type ParticipantFacts,
  RoleService,
  SessionService,
} from '#sessions';

/** What is done to somebody on the stage, allowed or refused before anything is done. */
@Injectable()
export class ParticipantAccessService {
  constructor(
    private readonly sessions: SessionService,
    private readonly disconnecting: DisconnectService,
    private readonly roles: RoleService,
    private readonly hands: HandService,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN, SESSION_ENDED */
  async disconnect(
    caller: Principal,
    where: { sessionId: string; participantId: string },
    reason: string,
  ): Promise<OperationAccepted> {
    const session = await this.sessions.find(where.sessionId);
    assertMayOn(caller, 'participant.disconnect', session);
    const target = await this.target(session, where.participantId);
    if (!mayDisconnect(caller, session, target)) {
      throw new AppError('FORBIDDEN', 'A moderator disconnects neither a host, a moderator nor themselves.');
    }
    return this.disconnecting.request(session, where.participantId, reason);
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN, CONFLICT, SESSION_ENDED */
  async changeRole(
    caller: Principal,
    where: { sessionId: string; participantId: string },
    { role }: ChangeRole,
  ): Promise<OperationAccepted> {
    const session = await this.sessions.find(where.sessionId);
    assertMayOn(caller, 'participant.role', session);
    const target = await this.target(session, where.participantId);
    if (!mayChangeRole(caller, session, target)) {
      throw new AppError('FORBIDDEN', 'A moderator changes the role neither of a host, a moderator nor of themselves.');
    }
    const accepted = await this.roles.request(session, where.participantId, role);
    // Whoever comes on stage asks no more.
    if (role === 'guest' && target.userId !== undefined) await this.hands.lowerOf(session.id, target.userId);
    return accepted;
  }

  private async target(session: Session, participantId: string): Promise<ParticipantFacts> {
    const target = await this.disconnecting.find(session.id, participantId);
    if (!target) throw new AppError('NOT_FOUND', 'Nobody of this session has that participant id.');
    return target;
  }
}

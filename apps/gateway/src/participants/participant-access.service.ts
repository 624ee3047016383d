import { Injectable } from '@nestjs/common';
import type { OperationAccepted } from '#contracts';
import { AppError, type Principal } from '#platform';
import { assertMayOn, DisconnectService, mayDisconnect, SessionService } from '#sessions';

/** What is done to somebody on the stage, allowed or refused before anything is done. */
@Injectable()
export class ParticipantAccessService {
  constructor(
    private readonly sessions: SessionService,
    private readonly disconnecting: DisconnectService,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN, SESSION_ENDED */
  async disconnect(
    caller: Principal,
    where: { sessionId: string; participantId: string },
    reason: string,
  ): Promise<OperationAccepted> {
    const session = await this.sessions.find(where.sessionId);
    assertMayOn(caller, 'participant.disconnect', session);
    const target = await this.disconnecting.find(session.id, where.participantId);
    if (!target) throw new AppError('NOT_FOUND', 'Nobody of this session has that participant id.');
    if (!mayDisconnect(caller, session, target)) {
      throw new AppError('FORBIDDEN', 'A moderator disconnects neither a host, a moderator nor themselves.');
    }
    return this.disconnecting.request(session, where.participantId, reason);
  }
}

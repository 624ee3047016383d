import { Injectable } from '@nestjs/common';
import type { Hand, Invitation, ParticipantRole, Session } from '#contracts';
import type { Principal } from '#platform';
import { assertMayOn, HandService, InvitationService, SessionService } from '#sessions';
import { requiredUserOf } from '../http/caller.policy.js';

/** Who asks to come on stage, who is invited, and what becomes of both when somebody joins. */
@Injectable()
export class StageDoorService {
  constructor(
    private readonly sessions: SessionService,
    private readonly invitations: InvitationService,
    private readonly hands: HandService,
  ) {}

  /** @throws AppError NOT_FOUND, FORBIDDEN, SESSION_ENDED */
  async invite(caller: Principal, sessionId: string, userId: string): Promise<Invitation> {
    const session = await this.sessions.find(sessionId);
    assertMayOn(caller, 'invitation.create', session);
    return this.invitations.invite(session.id, userId);
  }

  /** @throws AppError NOT_FOUND, FORBIDDEN, SESSION_ENDED, VALIDATION_FAILED */
  async raiseHand(caller: Principal, sessionId: string, named: string | undefined): Promise<Hand> {
    const session = await this.sessions.find(sessionId);
    assertMayOn(caller, 'hand.raise', session);
    const userId = requiredUserOf(caller, named);
    await this.hands.raise(session.id, userId);
    return { userId };
  }

  /** One's own hand, or somebody else's where one may turn it down. @throws AppError as `raiseHand` */
  async lowerHand(caller: Principal, sessionId: string, named: string | undefined): Promise<void> {
    const session = await this.sessions.find(sessionId);
    const isOthers = caller.kind === 'user' && named !== undefined && named !== caller.userId;
    assertMayOn(caller, isOthers ? 'hand.lower_other' : 'hand.lower', session);
    await this.hands.lower(session.id, isOthers ? named : requiredUserOf(caller, named));
  }

  /** Only asked where the answer matters: for a user who wants to publish where the door is not open. */
  async isInvited(caller: Principal, session: Session | undefined, role: ParticipantRole): Promise<boolean> {
    if (caller.kind !== 'user' || role !== 'guest' || !session || session.stageDoor === 'open') return false;
    return this.invitations.isInvited(session.id, caller.userId);
  }

  /** Whoever is on stage asks no more. */
  async joined(sessionId: string, userId: string, role: ParticipantRole): Promise<void> {
    if (role === 'guest' || role === 'host') await this.hands.lowerOf(sessionId, userId);
  }
}

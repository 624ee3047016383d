import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import type { Assumptions } from '../assumptions/assumptions.js';
import type { TokenClaims } from './participant-token.js';
import { activeSession, type Participant, type Placed, type Stage, type StageSession } from './stage.records.js';
import type { StageRepository } from './stage.repository.js';

// With its prefix a session id has exactly 16 characters.
const SESSION_ID_LENGTH = 13;
const LOWER_ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';
const MS_PER_SECOND = 1_000;

/** A stage session begins when the first participant joins and ends when the last one has left for long enough. */
export class StageSessions {
  constructor(
    private readonly stages: StageRepository,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly assumptions: Assumptions,
    private readonly changed: () => void,
  ) {}

  enter(stage: Stage, claims: TokenClaims): Placed {
    const session = activeSession(stage) ?? this.start(stage);
    delete session.emptySinceMs;
    const known = session.participants.find((one) => one.participantId === claims.jti);
    const participant = known ?? {
      seq: this.stages.nextSeq(),
      participantId: claims.jti,
      userId: claims.user_id,
      attributes: claims.attributes,
      capabilities: claims.capabilities,
      isConnected: true,
      isPublishing: false,
      hasPublished: false,
      firstJoinMs: this.clock.nowMs(),
      events: [],
    };
    if (!known) this.stages.addParticipant(stage, session, participant);
    // Another token of the same participant may say something else.
    takeToken(participant, claims);
    participant.isConnected = true;
    this.stages.record(participant, { name: 'JOINED', atMs: this.clock.nowMs() });
    return { stage, session, participant };
  }

  leave(stage: Stage, session: StageSession): void {
    if (session.participants.some((one) => one.isConnected)) return;
    session.emptySinceMs = this.clock.nowMs();
    this.endWhenDue(stage, session);
  }

  /** After a restart: what was lingering goes on doing so. */
  resume(): void {
    for (const stage of this.stages.all()) {
      const session = activeSession(stage);
      if (session?.emptySinceMs !== undefined) this.endWhenDue(stage, session);
    }
  }

  private start(stage: Stage): StageSession {
    const session: StageSession = {
      seq: this.stages.nextSeq(),
      sessionId: `st-${this.ids.token(SESSION_ID_LENGTH, LOWER_ALPHANUMERIC)}`,
      startMs: this.clock.nowMs(),
      participants: [],
    };
    this.stages.startSession(stage, session);
    return session;
  }

  private endWhenDue(stage: Stage, session: StageSession): void {
    if (session.emptySinceMs === undefined || session.endMs !== undefined) return;
    const lingerMs = this.assumptions.get('stageSessionLingerSeconds') * MS_PER_SECOND;
    const waitMs = session.emptySinceMs + lingerMs - this.clock.nowMs();
    if (waitMs <= 0) {
      session.endMs = this.clock.nowMs();
      this.changed();
    } else {
      this.clock.setTimeout(() => this.endWhenDue(stage, session), waitMs);
    }
  }
}

/** The participant is now what this token says. */
export function takeToken(participant: Participant, claims: TokenClaims): void {
  participant.userId = claims.user_id;
  participant.attributes = claims.attributes;
  participant.capabilities = claims.capabilities;
  participant.expiresAtMs = claims.exp;
  participant.isExchangeable = claims.isExchangeable;
}

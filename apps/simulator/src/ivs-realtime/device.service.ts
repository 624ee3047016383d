import type { Clock } from '#platform/clock';
import type { Assumptions } from '../assumptions/assumptions.js';
import type { CloudEvent } from '../eventbridge/cloud-event.js';
import { DeviceRefusal } from './device.refusal.js';
import type { TokenClaims } from './participant-token.js';
import type { Participant, Placed, Stage } from './stage.records.js';
import { publishersOf, type StageRepository } from './stage.repository.js';
import type { StageEventFactory } from './stage-event.factory.js';
import { type StageSessions, takeToken } from './stage-sessions.js';
import type { TokenReader } from './token-reader.js';

// https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
const PUBLISHERS_PER_STAGE = 12;

export type Emit = (event: CloudEvent) => void;

/**
 * What devices do on a stage, and what the control plane does to them. Joining and leaving make no event, publishing
 * does. A token has one live connection: joining again drops the earlier one.
 */
export class DeviceService {
  constructor(
    private readonly stages: StageRepository,
    private readonly sessions: StageSessions,
    private readonly tokens: TokenReader,
    private readonly events: StageEventFactory,
    private readonly context: { clock: Clock; assumptions: Assumptions; emit: Emit },
  ) {}

  /** @throws DeviceRefusal 401 with the reason */
  join(token: string): Placed {
    const { stage, claims } = this.tokens.read(token);
    return this.enter(stage, claims);
  }

  /** With claims that were checked already. */
  enter(stage: Stage, claims: TokenClaims): Placed {
    const present = this.stages.findParticipant(claims.jti);
    if (present?.participant.isConnected) this.drop(present);
    return this.sessions.enter(stage, claims);
  }

  /** @throws DeviceRefusal 409 without the capability or as the 13th publisher, with IVS's event for it */
  publish(participantId: string): Placed {
    const placed = this.connected(participantId);
    const { participant, stage } = placed;
    if (participant.isPublishing) return placed;
    if (!participant.capabilities.includes('PUBLISH')) {
      this.failPublishing(placed, 'INSUFFICIENT_CAPABILITIES');
      throw new DeviceRefusal(409, 'INSUFFICIENT_CAPABILITIES', 'the token does not allow publishing');
    }
    if (publishersOf(stage).length >= PUBLISHERS_PER_STAGE) {
      this.failPublishing(placed, 'QUOTA_EXCEEDED');
      throw new DeviceRefusal(409, 'QUOTA_EXCEEDED', `the stage has ${PUBLISHERS_PER_STAGE} publishers already`);
    }
    participant.isPublishing = true;
    participant.hasPublished = true;
    this.record(participant, 'PUBLISH_STARTED');
    this.context.emit(this.events.published(placed));
    return placed;
  }

  unpublish(participantId: string): Placed {
    const placed = this.connected(participantId);
    this.stopPublishing(placed);
    return placed;
  }

  publishError(participantId: string, errorCode: string): Placed {
    const placed = this.connected(participantId);
    this.failPublishing(placed, errorCode);
    if (this.context.assumptions.get('publishErrorStopsPublishing')) this.stopPublishing(placed);
    return placed;
  }

  /** IVS's event for it and nothing more: what runs goes on. */
  failPublishing(placed: Placed, errorCode: string): void {
    this.record(placed.participant, 'PUBLISH_ERROR', errorCode);
    this.context.emit(this.events.publishError(placed, errorCode));
  }

  /**
   * The device goes on with another token without leaving. Whether it may be exchanged is the token's matter; that it
   * stays the same participant of the same stage is IVS's rule.
   * @throws DeviceRefusal 401 for a bad token, 409 for one that cannot take the place of the present one
   */
  exchange(participantId: string, token: string): Placed {
    const placed = this.connected(participantId);
    const { participant } = placed;
    const { stage, claims } = this.tokens.read(token);
    if (!participant.isExchangeable || !claims.isExchangeable) {
      throw new DeviceRefusal(409, 'NOT_EXCHANGEABLE', 'only tokens made with a key pair can be exchanged');
    }
    if (stage !== placed.stage || claims.jti !== participantId) {
      throw new DeviceRefusal(409, 'NOT_EXCHANGEABLE', 'topic, resource, jti, events_url and whip_url must not change');
    }
    const previous = structuredClone(participant);
    takeToken(participant, claims);
    this.record(participant, 'TOKEN_EXCHANGED');
    this.context.emit(this.events.tokenExchanged(placed, previous));
    const mayPublish = participant.capabilities.includes('PUBLISH');
    if (!mayPublish && this.context.assumptions.get('exchangeStopsPublishing')) this.stopPublishing(placed);
    return placed;
  }

  leave(participantId: string): Placed {
    const placed = this.connected(participantId);
    this.drop(placed);
    this.sessions.leave(placed.stage, placed.session);
    return placed;
  }

  /** @returns whether someone was connected under this id */
  disconnect(stage: Stage, participantId: string): boolean {
    const found = this.stages.findParticipant(participantId);
    const placed = found?.stage === stage ? found : undefined;
    const isConnected = placed?.participant.isConnected === true;
    const kills = this.context.assumptions.get('disconnectKills');
    if (isConnected || kills === 'issued' || (kills === 'joined' && placed)) this.stages.kill(stage, participantId);
    if (placed && isConnected) this.leave(participantId);
    return isConnected;
  }

  /** Everyone off, and the stage with all that was in it is gone. */
  closeStage(stage: Stage): void {
    for (const session of stage.sessions) {
      for (const participant of session.participants) {
        if (participant.isConnected) this.drop({ stage, session, participant });
      }
    }
    this.stages.remove(stage);
  }

  private drop(placed: Placed): void {
    this.stopPublishing(placed);
    placed.participant.isConnected = false;
    this.record(placed.participant, 'LEFT');
  }

  private stopPublishing(placed: Placed): void {
    if (!placed.participant.isPublishing) return;
    placed.participant.isPublishing = false;
    this.record(placed.participant, 'PUBLISH_STOPPED');
    this.context.emit(this.events.unpublished(placed));
  }

  private record(participant: Participant, name: Participant['events'][number]['name'], errorCode?: string): void {
    const atMs = this.context.clock.nowMs();
    this.stages.record(participant, { name, atMs, ...(errorCode ? { errorCode } : {}) });
  }

  private connected(participantId: string): Placed {
    const placed = this.stages.findParticipant(participantId);
    if (!placed) throw new DeviceRefusal(404, 'PARTICIPANT_NOT_FOUND', `no participant ${participantId} on any stage`);
    if (!placed.participant.isConnected) {
      throw new DeviceRefusal(409, 'NOT_CONNECTED', `participant ${participantId} is not connected`);
    }
    return placed;
  }
}

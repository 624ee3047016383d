import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import type { CloudEvent } from '../eventbridge/cloud-event.js';
import { ACCOUNT_ID } from '../protocol/operation.js';
import type { Participant, Placed } from './stage.records.js';

const MICROS_PER_MS = 1_000;
const wholeSecond = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/**
 * "IVS Stage Update" events as the guide's current edition has them: `event_time` in whole seconds with a precise twin,
 * but nanoseconds and no twin for errors.
 * https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/eventbridge.html
 */
export class StageEventFactory {
  private lastMicros = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  published(placed: Placed): CloudEvent {
    return this.ofPublishing('Participant Published', placed);
  }

  unpublished(placed: Placed): CloudEvent {
    return this.ofPublishing('Participant Unpublished', placed);
  }

  publishError(placed: Placed, errorCode: string): CloudEvent {
    const event_time = `${this.precise().slice(0, -1)}000Z`;
    return this.envelope(placed, 'Participant Publish Error', { event_time }, { error_code: errorCode });
  }

  /** @param previous the participant as it was with the token before */
  tokenExchanged(placed: Placed, previous: Participant): CloudEvent {
    const event_time = wholeSecond(this.clock.nowMs());
    const tokens = { previous_token: describeToken(previous), new_token: describeToken(placed.participant) };
    return this.envelope(placed, 'Token Exchanged', { event_time }, tokens);
  }

  private ofPublishing(name: string, placed: Placed): CloudEvent {
    const event_time_precise = this.precise();
    return this.envelope(placed, name, { event_time: `${event_time_precise.slice(0, 19)}Z`, event_time_precise });
  }

  private envelope(
    placed: Placed,
    name: string,
    times: Record<string, string>,
    more: Record<string, unknown> = {},
  ): CloudEvent {
    const { stage, session, participant } = placed;
    return {
      version: '0',
      id: this.ids.uuid(),
      'detail-type': 'IVS Stage Update',
      source: 'aws.ivs',
      account: ACCOUNT_ID,
      time: wholeSecond(this.clock.nowMs()),
      region: stage.region,
      resources: [stage.arn],
      detail: {
        session_id: session.sessionId,
        event_name: name,
        ...times,
        user_id: participant.userId,
        participant_id: participant.participantId,
        ...more,
      },
    };
  }

  /** Microseconds, which the clock does not have: two events of one millisecond still come one after the other. */
  private precise(): string {
    const micros = Math.max(this.clock.nowMs() * MICROS_PER_MS, this.lastMicros + 1);
    this.lastMicros = micros;
    const ms = Math.floor(micros / MICROS_PER_MS);
    return `${new Date(ms).toISOString().slice(0, -1)}${String(micros % MICROS_PER_MS).padStart(3, '0')}Z`;
  }
}

function describeToken({ capabilities, attributes, userId, expiresAtMs = 0 }: Participant) {
  return { capabilities, attributes, user_id: userId, expiration_time: wholeSecond(expiresAtMs) };
}

import type { Session } from '#contracts';
import { isoFromMicros } from '#platform/time';
import type { Fact, ParticipantObserved, PublishingChanged } from './facts.js';

/** Small shows for the specs of this folder: one participant `p` in one stage session `st-1`, times in seconds of the show. */
const US_PER_SECOND = 1_000_000;
const BEGIN_US = 1_786_993_478 * US_PER_SECOND;

export const at = (seconds: number) => BEGIN_US + Math.round(seconds * US_PER_SECOND);
export const iso = (seconds: number) => isoFromMicros(at(seconds));

export const aSession: Session = {
  id: 's',
  name: 'A show',
  status: 'scheduled',
  visibility: 'public',
  stageDoor: 'invitation',
  hostUserId: 'host',
  region: 'eu-west-1',
  stageArn: 'arn',
  createdAt: iso(-100),
  recording: 'none',
  lifecycle: { hostGraceSeconds: 30, idleSeconds: 600, neverStartedSeconds: 3_600, maxAgeSeconds: 86_400 },
  metadata: {},
};

const onStage = (seconds: number) => ({
  id: `at-${seconds}`,
  stageSessionId: 'st-1',
  participantId: 'p',
  atUs: at(seconds),
});

export function event(
  kind: 'published' | 'unpublished',
  seconds: number,
  more: Partial<PublishingChanged> = {},
): PublishingChanged {
  return { ...onStage(seconds), kind: `participant.${kind}`, isPrecise: true, ...more };
}

export function asked(
  state: ParticipantObserved['state'],
  seconds: number,
  since: number,
  more: Partial<ParticipantObserved> = {},
): ParticipantObserved {
  return { ...onStage(seconds), kind: 'participant.observed', state, sinceUs: at(since), ...more };
}

export function kicked(seconds: number, participantId = 'p'): Fact {
  return { kind: 'participant.disconnected_by_us', participantId, atUs: at(seconds), reason: 'rude' };
}

export function exchanged(seconds: number, userId: string, attributes: Record<string, string> = {}): Fact {
  return { ...onStage(seconds), kind: 'participant.token_exchanged', userId, attributes };
}

export function failed(seconds: number, code: string): Fact {
  return { ...onStage(seconds), kind: 'participant.publish_failed', code };
}

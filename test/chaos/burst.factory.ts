import { randomUUID } from 'node:crypto';
import type { Session } from '#contracts';
import { newLiveState, project, readEvent, reduce, type View } from '#ivs';
import { isoFromMicros } from '#platform/time';

const ACTORS = 40;
const STEP_US = 250_123;
const AGO_US = 1_800_000_000;

/** Numbers that look random and are the same in every run. */
export function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

export function shuffled<T>(items: readonly T[], random: (below: number) => number): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = random(i + 1);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}

export interface StageEvent {
  id: string;
  [field: string]: unknown;
}

/** What IVS tells of a busy stage of the last half hour: people publish, stop, fail and exchange tokens. In order. */
export function burst(stageArn: string, count: number, seed = 1): StageEvent[] {
  const random = seeded(seed);
  const startUs = Date.now() * 1_000 - AGO_US;
  const onAir = new Set<number>();
  return Array.from({ length: count }, (_, index) => {
    const actor = random(ACTORS);
    const event = (name: string, extra: object = {}) =>
      stageUpdate(stageArn, name, { participantId: `participant-${actor}`, atUs: startUs + index * STEP_US }, extra);
    const what = random(20);
    if (what === 0) return event('Token Exchanged', { new_token: { attributes: { exchange: `${index}` } } });
    if (what === 1 && !onAir.has(actor)) return event('Participant Publish Error', { error_code: 'QUOTA_EXCEEDED' });
    if (onAir.delete(actor)) return event('Participant Unpublished');
    onAir.add(actor);
    return event('Participant Published');
  });
}

/** One IVS Stage Update as EventBridge posts it. */
export function stageUpdate(
  stageArn: string,
  name: string,
  { participantId, atUs }: { participantId: string; atUs: number },
  extra: object = {},
): StageEvent {
  const at = isoFromMicros(atUs);
  const seconds = at.replace(/\.\d+Z$/, 'Z');
  const precise = at.replace(/\.\d+Z$/, `.${String(atUs % 1_000_000).padStart(6, '0')}Z`);
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'IVS Stage Update',
    source: 'aws.ivs',
    account: '123456789012',
    time: seconds,
    region: 'us-west-2',
    resources: [stageArn],
    detail: {
      session_id: 'st-ABCDEFGHIJKL',
      event_name: name,
      event_time: seconds,
      event_time_precise: precise,
      user_id: `user-of-${participantId}`,
      participant_id: participantId,
      ...extra,
    },
  };
}

/** What clients must see after these events, by the pure reducer alone. */
export function truthOf(session: Session, events: readonly StageEvent[]): View {
  const facts = events.flatMap((event) => {
    const read = readEvent(event, Date.now());
    if (!read.ok) throw new Error(`${read.reason}: ${JSON.stringify(event)}`);
    return read.facts;
  });
  return project(reduce(newLiveState(session), facts));
}

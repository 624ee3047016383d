import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import type { LiveChange, LiveEvent, Session } from '#contracts';
import { readEvent } from '#ivs/events/event.adapter';
import { diff } from '#ivs/reducer/diff';
import type { Fact } from '#ivs/reducer/facts';
import { fold, viewOfSession } from '#ivs/reducer/fold';
import { disconnectReasons } from '#ivs/reducer/participant.projection';
import { project } from '#ivs/reducer/projection';
import { endSession, newLiveState, reduce } from '#ivs/reducer/session.reducer';
import type { LiveState, View } from '#ivs/reducer/state';
import { STAGE_ARN } from './eventbridge.factory.js';
import type { Item } from './stage.js';

/** Applying items the way the worker does: batch by batch, the memory through the database, the difference to the log. */
export interface Run {
  state: LiveState;
  view: View;
  log: LiveEvent[];
}

const RECEIVED_AT_MS = 1_900_000_000_000;
export const END = { endedAt: '2027-01-01T00:00:00.000Z', reason: 'host_ended' } as const;

export function session(hasHost: boolean): Session {
  return {
    id: 'session-1',
    name: 'A show',
    status: 'scheduled',
    visibility: 'public',
    stageDoor: 'invitation',
    ...(hasHost && { hostUserId: 'host-user' }),
    region: 'eu-central-1',
    stageArn: STAGE_ARN,
    createdAt: '2026-01-01T00:00:00.000Z',
    recording: 'none',
    lifecycle: { hostGraceSeconds: 30, idleSeconds: 600, neverStartedSeconds: 3_600, maxAgeSeconds: 86_400 },
    metadata: {},
  };
}

/** One batch: facts, or the end of the session. */
export type Batch = readonly Fact[] | 'end';

export function run(hasHost: boolean, batches: readonly Batch[]): Run {
  let state = newLiveState(session(hasHost));
  let view = viewOfSession(state.session);
  const log = [numbered({ type: 'session.created', data: { session: state.session } }, 1)];
  for (const batch of batches) {
    const before = project(state);
    state = stored(batch === 'end' ? endSession(state, END) : reduce(state, batch));
    const after = project(state);
    const changes = diff(before, after, disconnectReasons(state));
    view = fold(view, changes);
    if (!isDeepStrictEqual(view, after))
      throw new Error(`the log does not fold to the view: ${JSON.stringify(changes)}`);
    log.push(...changes.map((change, index) => numbered(change, log.length + 1 + index)));
  }
  return { state, view, log };
}

function numbered(change: LiveChange, seq: number): LiveEvent {
  return { topic: 'session/session-1', epoch: 'e', seq, at: '2026-01-01T00:00:00.000Z', ...change };
}

/** What comes back from the database: JSON, in another order. */
function stored(state: LiveState): LiveState {
  const again = <T>(items: ReadonlyMap<string, T>) =>
    new Map([...items].reverse().map(([id, item]) => [id, JSON.parse(JSON.stringify(item)) as T]));
  return {
    session: state.session,
    stageSessions: again(state.stageSessions),
    participants: again(state.participants),
    compositions: again(state.compositions),
    recordings: again(state.recordings),
  };
}

/** @throws Error for an event that is not accepted */
export function factsOf(item: Item): Fact[] {
  if ('facts' in item) return item.facts;
  const read = readEvent(JSON.parse(JSON.stringify(item.raw)), RECEIVED_AT_MS);
  if (!read.ok) throw new Error(`${read.reason}: ${JSON.stringify(item.raw)}`);
  return read.facts;
}

/** The same things in another order, some of them again, cut into batches anywhere. */
export function deliveries<T>(items: readonly T[]): fc.Arbitrary<T[][]> {
  const indices = items.map((_, index) => index);
  return fc
    .array(fc.nat(Math.max(0, items.length - 1)), { maxLength: items.length === 0 ? 0 : 6 })
    .chain((again) => {
      const all = [...indices, ...again];
      return fc.record({
        order: fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        cuts: fc.array(fc.nat(all.length), { maxLength: 6 }),
      });
    })
    .map(({ order, cuts }) => {
      const edges = [0, ...cuts.sort((a, b) => a - b), order.length];
      return edges.slice(1).map((edge, i) => order.slice(edges[i], edge).map((index) => items[index] as T));
    });
}

import type { Composition, CompositionState, DestinationState } from '#contracts';
import { compositionChanges } from './composition.diff.js';
import { foldComposition } from './composition.reducer.js';
import type { CompositionFact, CompositionReached, DestinationReached } from './facts.js';
import { compositionView } from './projection.js';
import { at, iso } from './show.factory.js';
import type { CompositionMemory } from './state.js';

let count = 0;
const base = (seconds: number) => ({
  id: `e${count++}`,
  compositionId: 'c',
  atUs: at(seconds),
  sinceUs: at(seconds),
});
const reached = (
  state: CompositionState,
  seconds: number,
  more: Partial<CompositionReached> = {},
): CompositionFact => ({
  ...base(seconds),
  kind: 'composition.reached',
  state,
  ...more,
});
const destination = (
  state: DestinationState,
  seconds: number,
  more: Partial<DestinationReached> = {},
): CompositionFact => ({
  ...base(seconds),
  kind: 'composition.destination_reached',
  destinationId: 'd',
  state,
  ...more,
});

/** What clients see after the facts in both directions, which must be the same. */
function seen(...facts: CompositionFact[]): Composition {
  const fold = (list: CompositionFact[]) =>
    compositionView(list.reduce<CompositionMemory | undefined>(foldComposition, undefined) as CompositionMemory);
  const view = fold(facts);
  expect(fold([...facts].reverse())).toEqual(view);
  return view;
}

describe('A composition', () => {
  it('climbs and never comes back, whatever the times say', () => {
    expect(seen(reached('starting', 9), reached('active', 2), reached('active', 3))).toMatchObject({
      state: 'active',
      since: iso(2),
    });
    expect(seen(reached('stopping', 3), reached('active', 5))).toMatchObject({ state: 'stopping' });
    expect(seen(reached('stopped', 3), reached('stopping', 5))).toMatchObject({ state: 'stopped', since: iso(3) });
  });

  it('that ended twice ended as the later end says, in the same moment as a failure', () => {
    const why = { errorCode: 'StageDeleted', reason: 'gone' };
    expect(seen(reached('stopped', 4), reached('failed', 3, why))).not.toHaveProperty('errorCode');
    expect(seen(reached('stopped', 4), reached('failed', 4, why))).toMatchObject({ state: 'failed', ...why });
  });

  it('keeps why it failed when IVS, asked later, does not say', () => {
    const why = { errorCode: 'StageDeleted' };
    expect(seen(reached('failed', 4, why), reached('failed', 9, { sinceUs: at(4) }))).toMatchObject({
      state: 'failed',
      since: iso(4),
      ...why,
    });
  });

  it('enters with its first fact, as active when a destination runs', () => {
    expect(seen(destination('active', 3))).toMatchObject({ state: 'active', since: iso(3) });
    expect(seen(destination('ended', 3))).toMatchObject({ state: 'starting', since: iso(3) });
  });
});

describe('A destination', () => {
  const states = (...facts: CompositionFact[]) => seen(...facts).destinations.map(({ state, since }) => [state, since]);

  it('goes between active and reconnecting by time', () => {
    expect(states(destination('reconnecting', 5), destination('active', 4))).toEqual([['reconnecting', iso(5)]]);
    expect(states(destination('reconnecting', 5), destination('active', 6))).toEqual([['active', iso(6)]]);
    expect(states(destination('reconnecting', 5), destination('active', 5))).toEqual([['active', iso(5)]]);
  });

  it('is active although StartComposition was stamped later than its start', () => {
    expect(states(destination('starting', 5), destination('active', 4))).toEqual([['active', iso(4)]]);
  });

  it('stays over', () => {
    expect(states(destination('ended', 3), destination('active', 9))).toEqual([['ended', iso(3)]]);
    expect(states(destination('ended', 3), destination('failed', 3))).toEqual([['failed', iso(3)]]);
  });

  it('ends with its composition when its own end was lost', () => {
    expect(states(destination('active', 3), reached('stopped', 8))).toEqual([['ended', iso(8)]]);
    expect(states(destination('failed', 3), reached('stopped', 8))).toEqual([['failed', iso(3)]]);
  });
});

describe('The changes of a composition', () => {
  const types = (before: Composition | undefined, after: Composition) =>
    compositionChanges(before, after).map(({ type, data }) => [
      type,
      'composition' in data && data.composition.destinations.map(({ state }) => state).join(),
    ]);
  const two = [destination('active', 3), destination('active', 2, { destinationId: 'a' })];

  it('open it before its destinations, one change each, each with the whole as it then is', () => {
    expect(types(undefined, seen(reached('active', 1), ...two))).toEqual([
      ['composition.active', ''],
      ['composition.destination.started', 'active'],
      ['composition.destination.started', 'active,active'],
    ]);
  });

  it('close it after its destinations', () => {
    const before = seen(reached('active', 1), ...two);
    const after = seen(reached('active', 1), ...two, destination('ended', 8), reached('stopped', 9));
    expect(types(before, after)).toEqual([
      ['composition.destination.ended', 'active,ended'],
      ['composition.destination.ended', 'ended,ended'],
      ['composition.stopped', 'ended,ended'],
    ]);
  });

  it('tell a destination that is only starting with its composition', () => {
    const before = seen(reached('starting', 1));
    expect(types(before, seen(reached('starting', 1), destination('starting', 1)))).toEqual([
      ['composition.starting', 'starting'],
    ]);
  });

  it('are none when nothing changed', () => {
    const one = seen(reached('active', 1), ...two);
    expect(types(one, JSON.parse(JSON.stringify(one)) as Composition)).toEqual([]);
  });
});

import type { CompositionState, DestinationState } from '#contracts';
import type { CompositionFact, CompositionReached, DestinationReached } from './facts.js';
import { earliest, type Key, latest, maxText } from './order.rule.js';
import { keep, placed, plain } from './plain.js';
import type { CompositionMemory, DestinationMemory, Failure, Reached } from './state.js';

/**
 * A composition climbs starting < active < stopping < stopped | failed and never comes back; of two ends the later stands,
 * in the same moment the failure. A destination does likewise, but may go between active and reconnecting (by time) until it
 * is over. Each part is a minimum or a maximum over the facts seen, so their order does not matter.
 */
export function foldComposition(known: CompositionMemory | undefined, fact: CompositionFact): CompositionMemory {
  const base = known ?? { compositionId: fact.compositionId, firstUs: fact.sinceUs, destinations: [] };
  const memory = { ...base, firstUs: Math.min(base.firstUs, fact.sinceUs), arn: maxText(base.arn, fact.arn) };
  const next = fact.kind === 'composition.reached' ? reached(memory, fact) : withDestination(memory, fact);
  return keep(known, plain(next));
}

function reached(memory: CompositionMemory, fact: CompositionReached): CompositionMemory {
  const told = reachedOf(fact);
  switch (fact.state) {
    case 'starting':
    case 'active':
    case 'stopping':
      return { ...memory, [fact.state]: earliest(memory[fact.state], told, firstKey) };
    case 'stopped':
    case 'failed': {
      const failure = fact.state === 'failed' ? withFailure(memory.failure, fact) : memory.failure;
      return { ...memory, over: latest(memory.over, told, overKey), failure };
    }
  }
}

function withDestination(memory: CompositionMemory, fact: DestinationReached): CompositionMemory {
  const known = memory.destinations.find((destination) => destination.id === fact.destinationId);
  const next = keep(known, plain(foldDestination(known ?? { id: fact.destinationId }, fact)));
  const destinations = placed(memory.destinations, next, (destination) => destination.id);
  // A destination runs only in a composition that does: the composition's own start may have been lost.
  const isRunning = fact.state === 'active' || fact.state === 'reconnecting';
  if (!isRunning) return { ...memory, destinations };
  const active: Reached<CompositionState> = { ...reachedOf(fact), state: 'active' };
  return { ...memory, destinations, active: earliest(memory.active, active, firstKey) };
}

function foldDestination(known: DestinationMemory, fact: DestinationReached): DestinationMemory {
  const told = reachedOf(fact);
  switch (fact.state) {
    case 'starting':
      return { ...known, starting: earliest(known.starting, told, firstKey) };
    case 'active':
    case 'reconnecting':
      return { ...known, live: latest(known.live, told, liveKey) };
    case 'ended':
    case 'failed': {
      const failure = fact.state === 'failed' ? withFailure(known.failure, fact) : known.failure;
      return { ...known, over: latest(known.over, told, overKey), failure };
    }
  }
}

function reachedOf<S extends CompositionState | DestinationState>(fact: {
  state: S;
  id: string;
  atUs: number;
  sinceUs: number;
}): Reached<S> {
  return { state: fact.state, id: fact.id, atUs: fact.atUs, sinceUs: fact.sinceUs };
}

/** The latest that says why: IVS's answers about an ended composition do not, its events do. */
function withFailure(known: Failure | undefined, fact: CompositionFact): Failure | undefined {
  const { errorCode, reason, atUs, id } = fact;
  if (errorCode === undefined && reason === undefined) return known;
  return latest(known, plain({ errorCode, reason, atUs, id }), (failure) => [
    failure.atUs,
    failure.id,
    failure.errorCode ?? '',
    failure.reason ?? '',
  ]);
}

type AnyReached = Reached<CompositionState | DestinationState>;
const firstKey = (value: AnyReached): Key => [value.sinceUs, value.atUs, value.id];
// In the same second a destination is likelier to have come back than to have just gone.
const liveKey = (value: AnyReached): Key => [value.atUs, value.state === 'active' ? 1 : 0, value.id, value.sinceUs];
const overKey = (value: AnyReached): Key => [value.atUs, value.state === 'failed' ? 1 : 0, value.id, value.sinceUs];

import { isDeepStrictEqual } from 'node:util';
import type { Composition, CompositionDestination, LiveChange } from '#contracts';

type DestinationType = Extract<LiveChange['type'], `composition.destination.${string}`>;

// A destination that is only starting has no event of its own: it comes with its composition.
const DESTINATION_TYPES: Record<CompositionDestination['state'], DestinationType | undefined> = {
  starting: undefined,
  active: 'composition.destination.started',
  reconnecting: 'composition.destination.reconnecting',
  ended: 'composition.destination.ended',
  failed: 'composition.destination.failed',
};

/**
 * The changes of one composition, each with the whole composition as it then is: its own state, and one for each destination
 * that changed. A composition opens before its destinations and closes after them.
 */
export function compositionChanges(before: Composition | undefined, after: Composition): LiveChange[] {
  const isClosing = before !== undefined && (after.state === 'stopped' || after.state === 'failed');
  const changes: LiveChange[] = [];
  let current = before;
  const own = () => {
    const destinations = replacedSilent(current?.destinations ?? [], after.destinations);
    const next = { ...after, destinations };
    if (isDeepStrictEqual(current, next)) return;
    current = next;
    changes.push({ type: `composition.${after.state}`, data: { composition: next } });
  };
  if (!isClosing) own();
  for (const destination of changedDestinations(before, after)) {
    const type = DESTINATION_TYPES[destination.state];
    if (!type || !current) continue;
    current = { ...current, destinations: replaced(current.destinations, destination) };
    changes.push({ type, data: { composition: current, destination } });
  }
  if (isClosing) own();
  return changes;
}

function changedDestinations(before: Composition | undefined, after: Composition): CompositionDestination[] {
  const known = new Map(before?.destinations.map((destination) => [destination.id, destination]));
  return after.destinations
    .filter((destination) => !isDeepStrictEqual(destination, known.get(destination.id)))
    .sort((a, b) => (a.since === b.since ? 0 : a.since < b.since ? -1 : 1));
}

/** With those that are starting, which have no event of their own. */
function replacedSilent(
  known: readonly CompositionDestination[],
  after: readonly CompositionDestination[],
): CompositionDestination[] {
  return after
    .filter((destination) => DESTINATION_TYPES[destination.state] === undefined)
    .reduce<CompositionDestination[]>(replaced, [...known]);
}

function replaced(list: readonly CompositionDestination[], next: CompositionDestination): CompositionDestination[] {
  return [...list.filter((item) => item.id !== next.id), next].sort((a, b) => (a.id < b.id ? -1 : 1));
}

import type { Composition, CompositionDestination, Recording } from '#contracts';
import { isoFromMicros } from '#platform/time';
import { participantViews } from './participant.projection.js';
import { plain } from './plain.js';
import type { CompositionMemory, DestinationMemory, LiveState, RecordingMemory, View } from './state.js';

/** What clients see of a state. Lists are sorted by id, so that equal states give deeply equal views. */
export function project(state: LiveState): View {
  return {
    session: state.session,
    participants: participantViews(state),
    compositions: [...state.compositions.values()]
      .map(compositionView)
      .sort((a, b) => (a.compositionId < b.compositionId ? -1 : 1)),
    recordings: [...state.recordings.values()].flatMap(recordingViews).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

export function compositionView(memory: CompositionMemory): Composition {
  const { over, stopping, active, starting } = memory;
  // Known only from the end of a destination: it has at least begun.
  const reached = over ?? stopping ?? active ?? starting ?? { state: 'starting' as const, sinceUs: memory.firstUs };
  const failure = reached.state === 'failed' ? memory.failure : undefined;
  return plain({
    compositionId: memory.compositionId,
    arn: memory.arn,
    state: reached.state,
    since: isoFromMicros(reached.sinceUs),
    errorCode: failure?.errorCode,
    reason: failure?.reason,
    destinations: memory.destinations.map((destination) => destinationView(destination, over?.sinceUs)),
  });
}

/** The end of a composition ends its destinations, also those whose own end was lost. */
function destinationView(memory: DestinationMemory, compositionOverUs?: number): CompositionDestination {
  const ended = compositionOverUs === undefined ? undefined : { state: 'ended' as const, sinceUs: compositionOverUs };
  const reached = memory.over ?? ended ?? memory.live ?? memory.starting;
  if (!reached) throw new Error(`destination ${memory.id} has no fact`);
  const failure = reached.state === 'failed' ? memory.failure : undefined;
  return plain({
    id: memory.id,
    state: reached.state,
    since: isoFromMicros(reached.sinceUs),
    errorCode: failure?.errorCode,
    reason: failure?.reason,
  });
}

export function recordingViews(memory: RecordingMemory): Recording[] {
  const { last } = memory;
  if (!last) return [];
  const isOver = last.status !== 'started';
  return [
    plain({
      id: memory.id,
      kind: memory.kind,
      status: isReady(memory) ? 'ready' : last.status,
      participantId: memory.participantId,
      bucket: memory.bucket,
      prefix: memory.prefix,
      durationMs: last.durationMs,
      startedAt: memory.firstStartUs === undefined ? undefined : isoFromMicros(memory.firstStartUs),
      endedAt: isOver ? isoFromMicros(last.atUs) : undefined,
      errorCode: last.errorCode,
      reason: last.reason,
    }),
  ];
}

/** Ready stays ready whatever comes late; only a fragment that began afterwards opens the recording again. */
function isReady({ readyUs, lastStartUs }: RecordingMemory): boolean {
  return readyUs !== undefined && (lastStartUs === undefined || lastStartUs <= readyUs);
}

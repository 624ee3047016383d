import { isDeepStrictEqual } from 'node:util';
import type { LiveChange, LiveEventType, Recording, RecordingStatus, Session } from '#contracts';
import { compositionChanges } from './composition.diff.js';
import { participantChanges } from './participant.diff.js';
import type { DisconnectReason } from './participant.projection.js';
import type { View } from './state.js';

/**
 * The changes that turn one view into the other, in the order of the log: the session first (so `session.started` before
 * anyone publishes, `session.ended` before everyone is disconnected), then participants by (since, id), compositions,
 * recordings. Each change carries the whole object and changes something; equal views give none.
 * @param reasonOf public reasons for disconnecting, see `disconnectReasons`; the end of the session is known without
 */
export function diff(before: View, after: View, reasonOf: DisconnectReason = () => undefined): LiveChange[] {
  const hasEnded = after.session.status === 'ended';
  const participants = changed(before.participants, after.participants, (item) => item.participantId)
    .sort((a, b) => byTime(a.after.since, a.after.participantId, b.after.since, b.after.participantId))
    .flatMap((pair) => participantChanges(pair.before, pair.after, { hasEnded, reasonOf }));
  const compositions = changed(before.compositions, after.compositions, (item) => item.compositionId)
    .sort((a, b) => byTime(a.after.since, a.after.compositionId, b.after.since, b.after.compositionId))
    .flatMap((pair) => compositionChanges(pair.before, pair.after));
  const recordings = changed(before.recordings, after.recordings, (item) => item.id).map((pair) =>
    recordingChange(pair.after),
  );
  return [...sessionChanges(before.session, after.session), ...participants, ...compositions, ...recordings];
}

/** Nothing follows `session.ended`: `reduce` freezes a session that has ended. */
function sessionChanges(before: Session, after: Session): LiveChange[] {
  if (before.status === 'ended' || isDeepStrictEqual(before, after)) return [];
  const changes: LiveChange[] = [];
  const hasStarted = before.startedAt === undefined && after.startedAt !== undefined;
  if (hasStarted) changes.push({ type: 'session.started', data: { session: asLive(after) } });
  if (after.status === 'ended') {
    const reason = after.endReason && { reason: after.endReason };
    changes.push({ type: 'session.ended', data: { session: after, ...reason } });
  } else if (!hasStarted) {
    changes.push({ type: 'session.updated', data: { session: after } });
  }
  return changes;
}

function asLive(session: Session): Session {
  const { endedAt: _endedAt, endReason: _endReason, ...rest } = session;
  return { ...rest, status: 'live' };
}

// The log has no type of its own for ready yet.
const RECORDING_TYPES = {
  started: 'recording.started',
  ended: 'recording.ended',
  failed: 'recording.failed',
  ready: 'recording.ended',
} as const satisfies Record<RecordingStatus, LiveEventType>;

function recordingChange(recording: Recording): LiveChange {
  return { type: RECORDING_TYPES[recording.status], data: { recording } };
}

interface Pair<T> {
  before: T | undefined;
  after: T;
}

function changed<T extends object>(before: readonly T[], after: readonly T[], idOf: (item: T) => string): Pair<T>[] {
  const known = new Map(before.map((item) => [idOf(item), item]));
  return after
    .map((item) => ({ before: known.get(idOf(item)), after: item }))
    .filter((pair) => pair.before !== pair.after && !isDeepStrictEqual(pair.before, pair.after));
}

function byTime(aSince: string, aId: string, bSince: string, bId: string): number {
  if (aSince !== bSince) return aSince < bSince ? -1 : 1;
  return aId < bId ? -1 : 1;
}

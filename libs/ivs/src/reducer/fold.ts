import type { LiveChange, Session } from '#contracts';
import type { View } from './state.js';

/** What a client has after the snapshot of a session that nobody has joined yet. */
export function viewOfSession(session: Session): View {
  return { session, participants: [], compositions: [], recordings: [] };
}

/**
 * What every client does with the log: whole objects replace those with their id. Changes of other things (chat) are passed over.
 */
export function fold(view: View, changes: readonly LiveChange[]): View {
  let { session } = view;
  const participants = new Map(view.participants.map((item) => [item.participantId, item]));
  const compositions = new Map(view.compositions.map((item) => [item.compositionId, item]));
  const recordings = new Map(view.recordings.map((item) => [item.id, item]));
  const hands = new Map(view.hands?.map((hand) => [hand.userId, hand]));
  for (const change of changes) {
    const { data } = change;
    if ('session' in data) session = data.session;
    else if ('participant' in data) participants.set(data.participant.participantId, data.participant);
    else if ('composition' in data) compositions.set(data.composition.compositionId, data.composition);
    else if ('recording' in data) recordings.set(data.recording.id, data.recording);
    else if (change.type === 'hand.raised') hands.set(change.data.userId, change.data);
    else if (change.type === 'hand.lowered') hands.delete(change.data.userId);
  }
  return {
    session,
    participants: sorted(participants),
    compositions: sorted(compositions),
    recordings: sorted(recordings),
    ...(hands.size > 0 && { hands: [...hands.values()] }),
  };
}

function sorted<T>(items: Map<string, T>): T[] {
  return [...items].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

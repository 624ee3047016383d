import type { Event } from '@aws-sdk/client-ivs-realtime';
import type { ParticipantState } from '#contracts';

/** What a participant does now, by IVS's own list of its events, and since when. */
export interface ObservedParticipant {
  state: ParticipantState;
  sinceUs: number;
}

const STATE_AFTER: Partial<Record<string, ParticipantState>> = {
  JOINED: 'unpublished',
  PUBLISH_STARTED: 'published',
  PUBLISH_STOPPED: 'unpublished',
  LEFT: 'disconnected',
};
const MICROS = 1_000;

/**
 * `ListParticipants` says only whether someone ever published; these events say what is true now. Events of the same
 * moment keep IVS's order.
 * @returns undefined when no event says anything about the stage
 */
export function observeParticipant(events: Event[]): ObservedParticipant | undefined {
  const inOrder = events
    .flatMap(({ name, eventTime }) => {
      const state = STATE_AFTER[name ?? ''];
      return state && eventTime ? [{ state, sinceUs: eventTime.getTime() * MICROS }] : [];
    })
    .sort((a, b) => a.sinceUs - b.sinceUs);
  return inOrder.at(-1);
}

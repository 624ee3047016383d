import type { Event } from '@aws-sdk/client-ivs-realtime';
import type { ParticipantState } from '#contracts';
import { microsFromMillis } from '#platform/time';

/** What a participant does now, by IVS's own list of its events, and since when. */
export interface ObservedParticipant {
  state: ParticipantState;
  sinceUs: number;
}

type EventName = 'JOINED' | 'LEFT' | 'PUBLISH_STARTED' | 'PUBLISH_STOPPED';

/**
 * `ListParticipants` says only whether someone ever published; these events say what is true now. IVS's answers have shown
 * whole seconds and no reliable order within one, so nothing is read from the order: someone publishes when it started more
 * often than it stopped, and has left when it left as often as it joined.
 * @param events all pages of ListParticipantEvents
 * @returns undefined when no event says anything about the stage
 */
export function observeParticipant(events: Event[]): ObservedParticipant | undefined {
  const of = (name: EventName) => events.filter((event) => event.name === name).map(timeOf);
  const [joined, left] = [of('JOINED'), of('LEFT')];
  const [started, stopped] = [of('PUBLISH_STARTED'), of('PUBLISH_STOPPED')];
  if (left.length > 0 && left.length >= joined.length) return { state: 'disconnected', sinceUs: Math.max(...left) };
  if (started.length > stopped.length) return { state: 'published', sinceUs: Math.max(...started) };
  const quiet = [...joined, ...stopped];
  return quiet.length === 0 ? undefined : { state: 'unpublished', sinceUs: Math.max(...quiet) };
}

function timeOf({ eventTime }: Event): number {
  return microsFromMillis(eventTime?.getTime() ?? 0);
}

import type { LiveChange, ParticipantRole } from '#contracts';

/** How long a client has to take its new token. A phone on a bad line does it in two or three round trips. */
export const OBEDIENCE_MS = 10_000;

/** A promotion's token is for going on stage now; it lies around for no longer than it takes to look for one's headset. */
export const EXCHANGED_PUBLISH_MINUTES = 10;

/** Whether a role allows publishing. */
export const publishes = (role: ParticipantRole | undefined): boolean => role === 'host' || role === 'guest';

/** What is known of a participant whose role was changed. */
export interface Evidence {
  /** The role of record, as it is now. */
  role: ParticipantRole;
  /** A client said that it had taken the new token. */
  isAcknowledged: boolean;
  /** What IVS lists; absent when it was not asked, or knows nobody on the stage under that id. */
  onStage?: { isExchanged: boolean; isPublishing: boolean };
  /** Whether the time to obey is over. */
  isLate: boolean;
}

/**
 * - `confirmed`: the role holds.
 * - `wait`: there is time.
 * - `offered`: a promotion that nobody took; it may still be taken.
 * - `enforce`: the old token has to be killed, and its user gets another one under a new participant id.
 */
export type Verdict = 'confirmed' | 'wait' | 'offered' | 'enforce';

/** Judges a change of role. Who obeys is never disconnected; a client's word alone counts only for who is not on the stage. */
export function judge({ role, isAcknowledged, onStage, isLate }: Evidence): Verdict {
  const isWithinRole = publishes(role) || !onStage?.isPublishing;
  if (onStage?.isExchanged && isWithinRole) return 'confirmed';
  if (!isLate) return 'wait';
  if (publishes(role)) return 'offered';
  return isAcknowledged && !onStage ? 'confirmed' : 'enforce';
}

/** Whether IVS is worth a call: when a client says that it is done, and before anything is decided. */
export function isWorthAsking({ isAcknowledged, isLate }: Pick<Evidence, 'isAcknowledged' | 'isLate'>): boolean {
  return isAcknowledged || isLate;
}

/** Who of these changes began to publish although its role of record does not allow it; tokens that we did not give have none. */
export function beyondTheirRole(changes: readonly LiveChange[]): string[] {
  const ids = changes.flatMap((change) => {
    if (change.type !== 'participant.published') return [];
    const { participantId, role } = change.data.participant;
    return role === undefined || publishes(role) ? [] : [participantId];
  });
  return [...new Set(ids)];
}

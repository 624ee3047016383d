import { isDeepStrictEqual } from 'node:util';
import type { LiveChange, Participant } from '#contracts';
import type { DisconnectReason } from './participant.projection.js';

interface Circumstances {
  hasEnded: boolean;
  reasonOf: DisconnectReason;
}

/**
 * The changes of one participant, each with a whole object that differs from the one before: a publish error first, then who
 * it is, then its state, so that nothing that apps wait for is swallowed when several facts are applied at once. A newer
 * `since` in the same state is told by the same type again. After the end of the session there is only
 * `participant.disconnected`.
 */
export function participantChanges(
  before: Participant | undefined,
  after: Participant,
  { hasEnded, reasonOf }: Circumstances,
): LiveChange[] {
  if (hasEnded) return [stateChange(after, 'session_ended')];
  const changes: LiveChange[] = [];
  let current = before;
  const error = after.publishError;
  if (error && !isDeepStrictEqual(error, before?.publishError) && (before || after.state !== 'disconnected')) {
    current = before ? { ...before, publishError: error } : firstFailed(after, error.at);
    changes.push({ type: 'participant.publish_failed', data: { participant: current, errorCode: error.code } });
  }
  if (current) {
    const identified = { ...after, state: current.state, since: current.since };
    if (!isDeepStrictEqual(identified, current)) {
      current = identified;
      changes.push({ type: 'participant.role_changed', data: { participant: identified } });
    }
  }
  if (!isDeepStrictEqual(current, after)) changes.push(stateChange(after, reasonOf(after.participantId)));
  return changes;
}

/** It enters with its error, as one that does not publish; what followed comes as a change of its own. */
function firstFailed(after: Participant, at: string): Participant {
  return after.state === 'unpublished' ? after : { ...after, state: 'unpublished', since: at };
}

function stateChange(participant: Participant, reason: string | undefined): LiveChange {
  switch (participant.state) {
    case 'published':
      return { type: 'participant.published', data: { participant } };
    case 'unpublished':
      return { type: 'participant.unpublished', data: { participant } };
    case 'disconnected':
      return { type: 'participant.disconnected', data: { participant, ...(reason !== undefined && { reason }) } };
  }
}

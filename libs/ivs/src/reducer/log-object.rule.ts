import type { Composition, LiveEvent, Participant } from '#contracts';
import type { View } from './state.js';

/** What an event about a participant, a composition or a recording must have in common with its object. */
export function objectProblems(event: LiveEvent, before: View): string[] {
  const { data } = event;
  if (event.type === 'hand.raised' || event.type === 'hand.lowered') {
    return before.session.status === 'ended' ? ['follows session.ended'] : [];
  }
  if ('participant' in data) {
    const { participant } = data;
    const known = before.participants.find((item) => item.participantId === participant.participantId);
    return participantProblems(event, participant, known, before.session.status === 'ended');
  }
  if ('composition' in data) {
    const { composition } = data;
    const known = before.compositions.find((item) => item.compositionId === composition.compositionId);
    return compositionProblems(event, composition, known);
  }
  return [];
}

function participantProblems(
  event: LiveEvent,
  participant: Participant,
  known: Participant | undefined,
  hasEnded: boolean,
): string[] {
  const problems: string[] = [];
  if (hasEnded && event.type !== 'participant.disconnected') problems.push('follows session.ended');
  switch (event.type) {
    case 'participant.published':
    case 'participant.unpublished':
    case 'participant.disconnected':
      if (event.type !== `participant.${participant.state}`) problems.push(`has the state ${participant.state}`);
      break;
    case 'participant.publish_failed':
      if (!participant.publishError) problems.push('has no publishError');
      if (event.data.errorCode !== participant.publishError?.code)
        problems.push('has another errorCode than its object');
      if (known && known.state !== participant.state) problems.push('changes the state');
      break;
    case 'participant.role_changed':
      if (!known) problems.push('is about a participant that is not known yet');
      else if (known.state !== participant.state || known.since !== participant.since)
        problems.push('changes the state');
      break;
  }
  return problems;
}

const CLOSED: readonly string[] = ['stopped', 'failed'];
const RANK: Record<Composition['state'], number> = { starting: 0, active: 1, stopping: 2, stopped: 3, failed: 3 };

function compositionProblems(event: LiveEvent, composition: Composition, known: Composition | undefined): string[] {
  const problems: string[] = [];
  if (known && RANK[composition.state] < RANK[known.state]) problems.push(`goes back from ${known.state}`);
  for (const destination of composition.destinations) {
    const old = known?.destinations.find((item) => item.id === destination.id);
    const wasOver = old?.state === 'ended' || old?.state === 'failed';
    const isOver = destination.state === 'ended' || destination.state === 'failed';
    if (wasOver && !isOver) problems.push(`brings the destination ${destination.id} back`);
  }
  if (event.type.startsWith('composition.destination.')) {
    if (!known) problems.push('is about a composition that is not known yet');
    const isSame = (data: LiveEvent['data']) => 'destination' in data && data.destination !== undefined;
    if (!isSame(event.data)) problems.push('names no destination');
  } else if (event.type !== `composition.${composition.state}`) {
    problems.push(`has the state ${composition.state}`);
  }
  if (known && CLOSED.includes(known.state) && !CLOSED.includes(composition.state)) problems.push('reopens it');
  return problems;
}

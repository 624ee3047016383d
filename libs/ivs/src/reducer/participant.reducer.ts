import { ParticipantState, type Session } from '#contracts';
import { secondOfMicros } from '#platform/time';
import type {
  ParticipantFact,
  ParticipantObserved,
  PublishFailed,
  PublishingChanged,
  TokenExchanged,
} from './facts.js';
import { type Key, latest, max, min, standingKey } from './order.rule.js';
import { canonical, keep, placed, plain } from './plain.js';
import type { OnStageMemory, ParticipantMemory, Standing, Told } from './state.js';

/**
 * One participant's memory. Every part of it is a maximum, a minimum or a union over the facts seen, so that neither their
 * order nor their repetition can matter; what depends on several parts at once is decided by the projection.
 */
type StageFact = PublishingChanged | ParticipantObserved | PublishFailed | TokenExchanged;

// A name in an event is what its sender's token held then; an exchange or IVS's answer says what holds now.
const BY_EVENT = 0;
const BY_IVS = 1;

export function foldParticipant(
  known: ParticipantMemory | undefined,
  fact: ParticipantFact,
  session: Session,
): ParticipantMemory {
  const memory = known ?? { participantId: fact.participantId, stages: [] };
  return keep(known, plain(applied(memory, fact, session)));
}

function applied(memory: ParticipantMemory, fact: ParticipantFact, session: Session): ParticipantMemory {
  switch (fact.kind) {
    case 'participant.token_issued': {
      const { atUs, userId, role, attributes } = fact;
      const isHost = memory.isHost || role === 'host' || (userId !== undefined && userId === session.hostUserId);
      const issued = latest(memory.issued, plain({ atUs, userId, role, attributes }), issuedKey);
      return { ...memory, issued, isHost: isHost || undefined };
    }
    case 'participant.disconnected_by_us': {
      const { atUs, reason } = fact;
      return { ...memory, disconnect: latest(memory.disconnect, { atUs, reason }, (d) => [d.atUs, d.reason]) };
    }
    default:
      return onStage(memory, fact, session);
  }
}

function onStage(memory: ParticipantMemory, fact: StageFact, session: Session): ParticipantMemory {
  const stage = memory.stages.find((known) => known.stageSessionId === fact.stageSessionId);
  const stages = placed(memory.stages, foldStage(stage, fact), (known) => known.stageSessionId);
  const named = { ...memory, stages, ...names(memory, fact), ...starts(memory, fact, session) };
  if (fact.kind !== 'participant.publish_failed') return named;
  const error = { code: fact.code, atUs: fact.atUs, id: fact.id };
  return { ...named, publishError: latest(memory.publishError, error, (e) => [e.atUs, e.id, e.code]) };
}

function foldStage(known: OnStageMemory | undefined, fact: StageFact): OnStageMemory {
  const base = known ?? { stageSessionId: fact.stageSessionId, firstUs: timeOnStage(fact), marks: [] };
  const told = standing(fact);
  const winner = told && latest(base.winner, told, standingKey);
  return plain({
    ...base,
    firstUs: Math.min(base.firstUs, timeOnStage(fact)),
    aliveUs: told && isProofOfLife(told) ? max(base.aliveUs, told.atUs) : base.aliveUs,
    winner: winner ?? base.winner,
    marks: told ? marksWith(base, told) : base.marks,
  });
}

/** When the fact's participant was in its stage session: an answer about the past is stamped long after it. */
export function timeOnStage(fact: StageFact): number {
  return fact.kind === 'participant.observed' ? Math.min(fact.atUs, fact.sinceUs) : fact.atUs;
}

function standing(fact: StageFact): Standing | undefined {
  const { id, atUs } = fact;
  switch (fact.kind) {
    case 'participant.published':
      return { kind: 'published', source: 'event', id, atUs, sinceUs: atUs, isPrecise: fact.isPrecise };
    case 'participant.unpublished':
      return { kind: 'unpublished', source: 'event', id, atUs, sinceUs: atUs, isPrecise: fact.isPrecise };
    case 'participant.observed':
      return { kind: fact.state, source: 'asked', id, atUs, sinceUs: fact.sinceUs, isPrecise: true };
    case 'participant.publish_failed':
    case 'participant.token_exchanged':
      return undefined;
  }
}

// An unpublish event follows every disconnecting of a publisher, so it proves nothing.
function isProofOfLife(told: Standing): boolean {
  return told.kind === 'published' || (told.source === 'asked' && told.kind === 'unpublished');
}

/** Only marks of the winner's second count, and the winner's second never goes back: older ones may be forgotten. */
function marksWith(known: OnStageMemory, told: Standing): string[] {
  const mark = markOf(told.kind, told.isPrecise);
  const second = secondOfMicros(told.atUs);
  const winning = known.winner && secondOfMicros(known.winner.atUs);
  if (winning === undefined || second > winning) return [mark];
  return second < winning || known.marks.includes(mark) ? known.marks : [...known.marks, mark].sort();
}

function markOf(kind: Standing['kind'], isPrecise: boolean): string {
  return isPrecise ? kind : `~${kind}`;
}

/** Another kind was told in the winner's second, and not both times are precise. */
export function isUncertain(stage: OnStageMemory): boolean {
  const { winner, marks } = stage;
  if (!winner) return false;
  return ParticipantState.options
    .filter((kind) => kind !== winner.kind)
    .some((kind) => marks.includes(markOf(kind, false)) || (!winner.isPrecise && marks.includes(markOf(kind, true))));
}

function names(memory: ParticipantMemory, fact: StageFact): Partial<ParticipantMemory> {
  const isTold = fact.kind === 'participant.token_exchanged' || fact.kind === 'participant.observed';
  const rank = isTold ? BY_IVS : BY_EVENT;
  const told = <T>(value: T): Told<T> => ({ value, rank, atUs: fact.atUs, id: fact.id });
  const attributes = isTold ? fact.attributes : undefined;
  const replicaOf = 'replicaOf' in fact ? fact.replicaOf : undefined;
  return {
    ...(fact.userId !== undefined && { userId: latest(memory.userId, told(fact.userId), textKey) }),
    ...(attributes && { attributes: latest(memory.attributes, told(attributes), objectKey) }),
    ...(replicaOf && { replicaOf: latest(memory.replicaOf, told(plain(replicaOf)), objectKey) }),
  };
}

/** The first publishing that counts for the start of the session. A replica publishes elsewhere: it is never the host. */
function starts(memory: ParticipantMemory, fact: StageFact, session: Session): Partial<ParticipantMemory> {
  const atUs = publishingUs(fact);
  if (atUs === undefined) return {};
  const isReplica = 'isReplica' in fact && fact.isReplica === true;
  if (isReplica && session.hostUserId !== undefined) return {};
  const isHost = session.hostUserId !== undefined && fact.userId === session.hostUserId;
  return {
    anyStartUs: min(memory.anyStartUs, atUs),
    ...(isHost && { hostStartUs: min(memory.hostStartUs, atUs) }),
  };
}

/** An unpublish event tells that it had published, although not when. */
function publishingUs(fact: StageFact): number | undefined {
  switch (fact.kind) {
    case 'participant.published':
    case 'participant.unpublished':
      return fact.atUs;
    case 'participant.observed':
      return fact.state === 'published' ? min(fact.firstPublishedUs, fact.sinceUs) : fact.firstPublishedUs;
    case 'participant.publish_failed':
    case 'participant.token_exchanged':
      return undefined;
  }
}

const textKey = (told: Told<string>): Key => [told.rank, told.atUs, told.id, told.value];
const objectKey = (told: Told<object>): Key => [told.rank, told.atUs, told.id, canonical(told.value)];
const issuedKey = (issued: NonNullable<ParticipantMemory['issued']>): Key => [
  issued.atUs,
  JSON.stringify([issued.userId ?? '', issued.role ?? '', canonical(issued.attributes ?? {})]),
];

import type { Participant } from '#contracts';
import { isoFromMicros } from '#platform/time';
import { compareFacts, compareKeys, type OrderedFact } from './order.rule.js';
import { isUncertain } from './participant.reducer.js';
import { plain } from './plain.js';
import type { LiveState, OnStageMemory, ParticipantMemory, StageSessionMemory } from './state.js';

/** Public reason of a `participant.disconnected`, where we know one. */
export type DisconnectReason = (participantId: string) => string | undefined;

interface Stages {
  startUs: (stageSessionId: string) => number | undefined;
  /** When a stage session was over: as IVS answered, else when the next one began. */
  overUs: (stageSessionId: string) => number | undefined;
}

interface Seen {
  state: Participant['state'];
  since: string;
  reason?: string;
}

/** What clients see of each participant, sorted by id. One that is known only from a token is not shown. */
export function participantViews(state: LiveState): Participant[] {
  const stages = stagesOf(state.stageSessions);
  return [...state.participants.values()]
    .filter(isVisible)
    .map((memory) => viewOf(memory, seen(memory, state, stages)))
    .sort((a, b) => (a.participantId < b.participantId ? -1 : 1));
}

/**
 * Participants whose state IVS should be asked about: facts of different kinds too close in time to be told apart, or an
 * event of one whose token we had killed before.
 */
export function doubtful(state: LiveState): { participantId: string; stageSessionId: string }[] {
  if (state.session.status === 'ended') return [];
  const stages = stagesOf(state.stageSessions);
  return [...state.participants.values()].flatMap((memory) => {
    const stage = newestStage(memory, stages);
    if (!stage || stages.overUs(stage.stageSessionId) !== undefined || isKickedFrom(memory, stage)) return [];
    if (!isUncertain(stage) && !hasReturned(memory, stage)) return [];
    return [{ participantId: memory.participantId, stageSessionId: stage.stageSessionId }];
  });
}

/** The reasons to give with `participant.disconnected`: our own, or that the stage session is over. */
export function disconnectReasons(state: LiveState): DisconnectReason {
  const stages = stagesOf(state.stageSessions);
  return (participantId) => {
    const memory = state.participants.get(participantId);
    return memory && isVisible(memory) ? seen(memory, state, stages).reason : undefined;
  };
}

function isVisible(memory: ParticipantMemory): boolean {
  return memory.stages.length > 0 || memory.disconnect !== undefined;
}

function seen(memory: ParticipantMemory, state: LiveState, stages: Stages): Seen {
  const { session } = state;
  if (session.status === 'ended' && session.endedAt !== undefined) {
    return { state: 'disconnected', since: memory.awaySince ?? session.endedAt, reason: 'session_ended' };
  }
  const stage = newestStage(memory, stages);
  if (memory.disconnect && (!stage || isKickedFrom(memory, stage))) {
    const { atUs, reason } = memory.disconnect;
    return { state: 'disconnected', since: isoFromMicros(atUs), reason };
  }
  if (!stage) throw new Error(`participant ${memory.participantId} has no fact`);
  const standing = orderedFact(stage, stages);
  const overUs = stages.overUs(stage.stageSessionId);
  if (overUs !== undefined && standing.kind !== 'disconnected') {
    return { state: 'disconnected', since: isoFromMicros(overUs), reason: 'stage_session_ended' };
  }
  return { state: standing.kind, since: isoFromMicros(standing.sinceUs) };
}

/** Our disconnecting stands against everything up to it, and against all that does not prove the token in use after it. */
function isKickedFrom(memory: ParticipantMemory, stage: OnStageMemory): boolean {
  return memory.disconnect !== undefined && (stage.aliveUs === undefined || stage.aliveUs <= memory.disconnect.atUs);
}

/** A dead token cannot come back: likelier the event's time is that of its delivery. IVS's answer settles it. */
function hasReturned(memory: ParticipantMemory, stage: OnStageMemory): boolean {
  return memory.disconnect !== undefined && stage.winner?.source === 'event';
}

function newestStage(memory: ParticipantMemory, stages: Stages): OnStageMemory | undefined {
  if (memory.stages.length < 2) return memory.stages[0];
  return memory.stages.reduce<OnStageMemory | undefined>((newest, stage) => {
    if (!newest) return stage;
    return compareFacts(orderedFact(stage, stages), orderedFact(newest, stages)) > 0 ? stage : newest;
  }, undefined);
}

/** Who is known only from an error or an exchange is there and, for all we know, does not publish. */
function orderedFact(stage: OnStageMemory, stages: Stages): OrderedFact {
  const { stageSessionId, firstUs } = stage;
  const startUs = stages.startUs(stageSessionId) ?? firstUs;
  if (stage.winner) return { ...stage.winner, stageSessionId, startUs };
  const unproven = { source: 'event', id: '', atUs: firstUs, sinceUs: firstUs, isPrecise: false } as const;
  return { ...unproven, kind: 'unpublished', stageSessionId, startUs };
}

/** At most one stage session is active at a time, so each is over when the next one begins. */
function stagesOf(memories: ReadonlyMap<string, StageSessionMemory>): Stages {
  const start = (memory: StageSessionMemory) => memory.startedUs ?? memory.earliestUs;
  const ordered = [...memories.values()].sort((a, b) =>
    compareKeys([start(a), a.stageSessionId], [start(b), b.stageSessionId]),
  );
  const over = new Map<string, number>();
  ordered.forEach((memory, index) => {
    const next = ordered[index + 1];
    const overUs = memory.endedUs ?? (next && start(next));
    if (overUs !== undefined) over.set(memory.stageSessionId, overUs);
  });
  return {
    startUs: (id) => {
      const memory = memories.get(id);
      return memory && start(memory);
    },
    overUs: (id) => over.get(id),
  };
}

function viewOf(memory: ParticipantMemory, { state, since }: Seen): Participant {
  const { participantId, issued, publishError } = memory;
  return plain({
    participantId,
    userId: memory.userId?.value ?? issued?.userId,
    role: issued?.role,
    state,
    attributes: memory.attributes?.value ?? issued?.attributes ?? {},
    since,
    replicaOf: memory.replicaOf?.value,
    publishError: publishError && { code: publishError.code, at: isoFromMicros(publishError.atUs) },
  });
}

import type { EndReason, Session } from '#contracts';
import { isoFromMicros } from '#platform/time';
import { foldComposition } from './composition.reducer.js';
import type { Fact, ParticipantFact, StageSessionObserved } from './facts.js';
import { min } from './order.rule.js';
import { participantViews } from './participant.projection.js';
import { foldParticipant, timeOnStage } from './participant.reducer.js';
import { keep, plain } from './plain.js';
import { foldRecording } from './recording.reducer.js';
import type { CompositionMemory, LiveState, ParticipantMemory, RecordingMemory, StageSessionMemory } from './state.js';

interface Draft {
  session: Session;
  stageSessions: Map<string, StageSessionMemory>;
  participants: Map<string, ParticipantMemory>;
  compositions: Map<string, CompositionMemory>;
  recordings: Map<string, RecordingMemory>;
}

/** The state of a session of which nothing is known yet but itself. */
export function newLiveState(session: Session): LiveState {
  return {
    session,
    stageSessions: new Map(),
    participants: new Map(),
    compositions: new Map(),
    recordings: new Map(),
  };
}

/**
 * Folds facts into a state: the result does not depend on their order, their repetition or how they were batched. Objects
 * that did not change keep their identity, so `!==` finds the memories to store. Does not change `state`.
 *
 * A session that has ended is frozen: a start that becomes known afterwards is not shown any more, since nothing may follow
 * `session.ended`. Participants go on being remembered, and `project` shows them as disconnected.
 */
export function reduce(state: LiveState, facts: readonly Fact[]): LiveState {
  const draft: Draft = {
    session: state.session,
    stageSessions: new Map(state.stageSessions),
    participants: new Map(state.participants),
    compositions: new Map(state.compositions),
    recordings: new Map(state.recordings),
  };
  for (const fact of facts) apply(draft, fact);
  return draft;
}

/**
 * Ends the session for everyone. Who was away already keeps its own time. Does nothing to a session that has ended.
 * @param end.endedAt RFC 3339 UTC
 */
export function endSession(state: LiveState, end: { endedAt: string; reason: EndReason }): LiveState {
  if (state.session.status === 'ended') return state;
  const participants = new Map(state.participants);
  for (const view of participantViews(state)) {
    const memory = participants.get(view.participantId);
    if (memory && view.state === 'disconnected') {
      participants.set(view.participantId, { ...memory, awaySince: view.since });
    }
  }
  const session: Session = { ...state.session, status: 'ended', endedAt: end.endedAt, endReason: end.reason };
  return { ...state, session, participants };
}

function apply(draft: Draft, fact: Fact): void {
  switch (fact.kind) {
    case 'stage_session.observed':
      observeStageSession(draft, fact);
      return;
    case 'composition.reached':
    case 'composition.destination_reached': {
      const known = draft.compositions.get(fact.compositionId);
      draft.compositions.set(fact.compositionId, foldComposition(known, fact));
      return;
    }
    case 'recording.reached':
    case 'recording.ready':
      draft.recordings.set(fact.recordingId, foldRecording(draft.recordings.get(fact.recordingId), fact));
      return;
    default:
      applyToParticipant(draft, fact);
  }
}

function applyToParticipant(draft: Draft, fact: ParticipantFact): void {
  const memory = foldParticipant(draft.participants.get(fact.participantId), fact, draft.session);
  draft.participants.set(fact.participantId, memory);
  if ('stageSessionId' in fact) mentionStageSession(draft, fact.stageSessionId, timeOnStage(fact));
  draft.session = startedBy(draft.session, memory);
}

function mentionStageSession(draft: Draft, stageSessionId: string, atUs: number): void {
  const known = draft.stageSessions.get(stageSessionId);
  const next = { ...known, stageSessionId, earliestUs: min(known?.earliestUs, atUs) };
  draft.stageSessions.set(stageSessionId, keep(known, next));
}

function observeStageSession(draft: Draft, fact: StageSessionObserved): void {
  const atUs = fact.startedUs ?? fact.endedUs;
  if (atUs === undefined) return;
  mentionStageSession(draft, fact.stageSessionId, atUs);
  const known = draft.stageSessions.get(fact.stageSessionId) as StageSessionMemory;
  const startedUs = fact.startedUs === undefined ? known.startedUs : min(known.startedUs, fact.startedUs);
  const endedUs = fact.endedUs === undefined ? known.endedUs : min(known.endedUs, fact.endedUs);
  draft.stageSessions.set(fact.stageSessionId, keep(known, plain({ ...known, startedUs, endedUs })));
}

/** Live from the earliest publishing of the host that is known (of anyone, when there is no host). */
function startedBy(session: Session, memory: ParticipantMemory): Session {
  if (session.status === 'ended') return session;
  const countsAll = session.hostUserId === undefined || memory.isHost === true;
  const startUs = countsAll ? memory.anyStartUs : memory.hostStartUs;
  if (startUs === undefined) return session;
  const startedAt = isoFromMicros(startUs);
  const isEarlier = session.startedAt === undefined || startedAt < session.startedAt;
  return isEarlier ? { ...session, status: 'live', startedAt } : session;
}

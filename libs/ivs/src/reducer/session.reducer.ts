import type { EndReason, Session } from '#contracts';
import { isoFromMicros } from '#platform/time';
import { foldComposition } from './composition.reducer.js';
import { Draft } from './draft.js';
import type { Fact, ParticipantFact, StageSessionObserved } from './facts.js';
import { min } from './order.rule.js';
import { participantViews } from './participant.projection.js';
import { foldParticipant, timeOnStage } from './participant.reducer.js';
import { keep, plain } from './plain.js';
import { foldRecording } from './recording.reducer.js';
import type { LiveState, ParticipantMemory } from './state.js';

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
  const draft = new Draft(state);
  for (const fact of facts) apply(draft, fact);
  return draft.state();
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
    case 'composition.destination_reached':
      draft.compositions.update(fact.compositionId, (known) => foldComposition(known, fact));
      return;
    case 'recording.reached':
    case 'recording.ready':
      draft.recordings.update(fact.recordingId, (known) => foldRecording(known, fact));
      return;
    default:
      applyToParticipant(draft, fact);
  }
}

function applyToParticipant(draft: Draft, fact: ParticipantFact): void {
  const { session } = draft;
  const memory = draft.participants.update(fact.participantId, (known) => foldParticipant(known, fact, session));
  if ('stageSessionId' in fact) mentionStageSession(draft, fact.stageSessionId, timeOnStage(fact));
  draft.session = startedBy(session, memory);
}

function mentionStageSession(draft: Draft, stageSessionId: string, atUs: number): void {
  draft.stageSessions.update(stageSessionId, (known) =>
    keep(known, { ...known, stageSessionId, earliestUs: min(known?.earliestUs, atUs) }),
  );
}

function observeStageSession(draft: Draft, { stageSessionId, ...told }: StageSessionObserved): void {
  const atUs = told.startedUs ?? told.endedUs;
  if (atUs === undefined) return;
  draft.stageSessions.update(stageSessionId, (known) => {
    const startedUs = told.startedUs === undefined ? known?.startedUs : min(known?.startedUs, told.startedUs);
    const endedUs = told.endedUs === undefined ? known?.endedUs : min(known?.endedUs, told.endedUs);
    return keep(known, plain({ stageSessionId, earliestUs: min(known?.earliestUs, atUs), startedUs, endedUs }));
  });
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

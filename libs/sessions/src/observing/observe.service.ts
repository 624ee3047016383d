import type { Session } from '#contracts';
import {
  doubtful,
  type Fact,
  type LiveState,
  type ObservedParticipant,
  observeParticipant,
  type ParticipantMemory,
  type StageClient,
} from '#ivs';
import { type Clock, type Database, type Ids, secondOfMicros, type WorkOutcome, type WorkRow } from '#platform';
import type { DrainWaker } from '../ingest/drain.waker.js';
import type { InboxRepository } from '../ingest/inbox.repository.js';
import type { SessionRepository } from '../sessions/session.repository.js';
import type { StateRepository } from '../state/state.repository.js';
import { isOrderUnsure } from './observation.policy.js';

const MICROS = 1_000;

/**
 * Asks IVS what events left open: which of two facts of one second came last, and when a stage session began. The answers
 * go through the inbox like any event, so that they are folded by the same order; a fact learned by asking is stamped with
 * the moment before the call.
 */
export class ObserveService {
  constructor(
    private readonly database: Database,
    private readonly sessions: SessionRepository,
    private readonly states: StateRepository,
    private readonly stages: StageClient,
    private readonly inbox: InboxRepository,
    private readonly context: { waker: DrainWaker; clock: Clock; ids: Ids },
  ) {}

  async run(row: WorkRow): Promise<WorkOutcome> {
    const session = await this.sessions.find(row.key);
    const state = session && (await this.states.load(this.database, session.id));
    // An ended session's stage is gone: nobody is on it, and IVS cannot be asked.
    if (!session || !state || session.status === 'ended') return 'done';
    const facts = [...(await this.stageSessions(session, state)), ...(await this.participants(session, state))];
    if (facts.length === 0) return 'done';
    await this.inbox.insert([
      {
        id: `asked.${this.context.ids.ordered()}`,
        source: 'asked',
        raw: JSON.stringify(facts),
        stageArn: session.stageArn,
        correlationId: row.correlationId ?? undefined,
      },
    ]);
    this.context.waker.wake(session.id);
    return 'done';
  }

  /** The order of two stage sessions is only sure when IVS has said when each began. */
  private async stageSessions(session: Session, state: LiveState): Promise<Fact[]> {
    const facts: Fact[] = [];
    if (!isOrderUnsure(state)) return facts;
    for (const { stageSessionId, startedUs } of state.stageSessions.values()) {
      if (startedUs !== undefined) continue;
      const answer = await this.stages.stageSession(session.stageArn, stageSessionId);
      if (!answer?.startTime) continue;
      facts.push({
        kind: 'stage_session.observed',
        stageSessionId,
        startedUs: answer.startTime.getTime() * MICROS,
        ...(answer.endTime ? { endedUs: answer.endTime.getTime() * MICROS } : {}),
      });
    }
    return facts;
  }

  private async participants(session: Session, state: LiveState): Promise<Fact[]> {
    const facts: Fact[] = [];
    for (const { participantId, stageSessionId } of doubtful(state)) {
      const atUs = this.context.clock.nowMs() * MICROS;
      const events = await this.stages.participantEvents(session.stageArn, stageSessionId, participantId);
      const observed = observeParticipant(events);
      if (!observed) continue;
      facts.push({
        kind: 'participant.observed',
        id: this.context.ids.ordered(),
        stageSessionId,
        participantId,
        atUs,
        state: observed.state,
        sinceUs: asPrecise(observed, state.participants.get(participantId), stageSessionId),
      });
    }
    return facts;
  }
}

/** IVS answers in whole seconds where its events told microseconds: the same moment is not told anew. */
function asPrecise(
  observed: ObservedParticipant,
  known: ParticipantMemory | undefined,
  stageSessionId: string,
): number {
  const winner = known?.stages.find((stage) => stage.stageSessionId === stageSessionId)?.winner;
  const isSameMoment =
    winner?.kind === observed.state && secondOfMicros(winner.sinceUs) === secondOfMicros(observed.sinceUs);
  return isSameMoment ? winner.sinceUs : observed.sinceUs;
}

import type { ParticipantState } from '#contracts';
import type { Fact } from '#ivs/reducer/facts';
import { compositionChange, type Edition, type OnStage, recordingChange, stageUpdate } from './eventbridge.factory.js';

/**
 * Plausible shows: what a stage really does over up to three stage sessions, what EventBridge tells of it, and what a worker
 * learns by asking in between. `truth` is what can be known of it by the end.
 */
export interface Show {
  hasHost: boolean;
  items: Item[];
  truth: ReadonlyMap<string, ParticipantState>;
  /** What IVS answers when it is asked about everything after it all happened. */
  answers: Fact[];
  /** Those who are in the stage session that still goes on, if one does. */
  onStage: ReadonlyMap<string, ParticipantState>;
}

/** One delivery: an event as posted, or facts that a worker knows. */
export type Item = { raw: object } | { facts: Fact[] };

export const OPS = [
  'publish',
  'unpublish',
  'fail',
  'exchange',
  'leave',
  'kick',
  'ask',
  'record',
  'compose',
  'issue',
] as const;
export interface Step {
  actor: number;
  op: (typeof OPS)[number];
  deltaUs: number;
  edition: Edition;
  detail: number;
}
export interface Plan {
  hasHost: boolean;
  stageSessions: { steps: Step[]; gapUs: number; isStartAsked: boolean; isEndAsked: boolean }[];
}

const START_US = 1_790_000_000_000_000;
const US_PER_SECOND = 1_000_000;

interface Actor {
  id: string;
  userId: string;
  isReplica: boolean;
  state?: ParticipantState;
  sinceUs: number;
  isDead: boolean;
}

const DESTINATION_NAMES = ['Destination Start', 'Destination Reconnecting', 'Destination End', 'Destination Failure'];
const SESSION_NAMES = ['Session Start', 'Session End', 'Session Failure'];
const RECORDING_NAMES = ['Recording Start', 'Recording End', 'Recording End Failure', 'Recording Start Failure'];

const HOST = 'host-user';

/** Any of a composition's events at any time: what IVS can send is not always what it would. */
function compose({ event, tell }: Told, index: number, detail: number): void {
  const extra = { id: `destination-${index % 2}`, reason: 'because', error_code: 'ConflictException' };
  const name = [...DESTINATION_NAMES, ...SESSION_NAMES][detail] as string;
  tell(compositionChange(event, name, `composition-${detail % 2}`, extra));
}

function record({ event, who, tell }: Told, detail: number): void {
  const extra = { recording_duration_ms: detail, ...(detail > 3 && { reason: 'because' }) };
  tell(recordingChange(event, RECORDING_NAMES[detail % 4] as string, who, extra));
}

export class Stage {
  private readonly items: Item[] = [];
  private readonly answers: Fact[] = [];
  private readonly truth = new Map<string, ParticipantState>();
  private readonly unnoticed = new Set<string>();
  private nowUs = START_US;
  private stageSessionId = '';
  private count = 0;
  private readonly actors: Actor[] = [HOST, 'guest-1', 'guest-2', 'watcher', 'replica'].map((userId, index) => ({
    id: `participant-${index}`,
    userId,
    isReplica: userId === 'replica',
    sinceUs: 0,
    isDead: false,
  }));

  constructor(private readonly plan: Plan) {}

  play(): Show {
    let onStage = new Map<string, ParticipantState>();
    for (const [index, stageSession] of this.plan.stageSessions.entries()) {
      this.stageSessionId = `st-${9 - index}`; // ids that sort against time
      const startedUs = this.nowUs;
      for (const step of stageSession.steps) this.take(step);
      this.nowUs += 1;
      const { stageSessionId } = this;
      const times = {
        ...(stageSession.isStartAsked && { startedUs }),
        ...(stageSession.isEndAsked && { endedUs: this.nowUs }),
      };
      this.items.push({ facts: [{ kind: 'stage_session.observed', stageSessionId, ...times }] });
      if (Object.keys(times).length > 0) this.leaveTrace();
      const goesOn = !stageSession.isEndAsked && index === this.plan.stageSessions.length - 1;
      const ended = goesOn ? {} : { endedUs: this.nowUs };
      this.answers.push({ kind: 'stage_session.observed', stageSessionId, startedUs, ...ended });
      if (goesOn) onStage = this.answerAboutEveryone();
      this.everyoneLeaves();
      if (stageSession.isEndAsked) this.leaveTrace();
      // The last one may go on: then nothing tells that anybody left.
      this.nowUs += stageSession.gapUs;
    }
    const { items, truth, answers } = this;
    return { hasHost: this.plan.hasHost, items, truth, answers, onStage };
  }

  /** IVS names everyone that is or was in the stage session. */
  private answerAboutEveryone(): Map<string, ParticipantState> {
    const here = this.actors.filter(({ state, isDead }) => state !== undefined && !isDead);
    for (const { id: participantId, state = 'disconnected', sinceUs } of here) {
      const moment = { atUs: this.nowUs + 2 * US_PER_SECOND, sinceUs, id: `answer-${participantId}` };
      const { stageSessionId } = this;
      this.answers.push({ kind: 'participant.observed', stageSessionId, participantId, state, ...moment });
    }
    return new Map(here.map(({ id, state = 'disconnected' }) => [id, state]));
  }

  /** Their leaving shows in no event; it is known once the end is asked for or a later stage session leaves a trace. */
  private everyoneLeaves(): void {
    for (const actor of this.actors) {
      if (actor.state !== undefined) this.unnoticed.add(actor.id);
      actor.state = undefined;
    }
  }

  private leaveTrace(): void {
    for (const id of this.unnoticed) this.truth.set(id, 'disconnected');
    this.unnoticed.clear();
  }

  private take({ actor: index, op, deltaUs, edition, detail }: Step): void {
    this.nowUs += deltaUs;
    const actor = this.actors[index] as Actor;
    // Ids that neither rise nor fall with time.
    const id = `event-${String((this.count++ * 7_919) % 1_000).padStart(4, '0')}`;
    const who: OnStage = { stageSessionId: this.stageSessionId, participantId: actor.id, ...actor };
    const told: Told = {
      event: { id, atUs: this.nowUs, edition },
      who,
      tell: (raw) => this.items.push({ raw }),
    };
    if (op === 'compose') compose(told, index, detail);
    else if (op === 'record') record(told, detail);
    else if (op === 'issue') this.issue(actor);
    else if (!actor.isDead) this.act(actor, op, told);
  }

  private issue({ id, userId }: Actor): void {
    const role = userId === HOST ? 'host' : 'guest';
    const issued = { participantId: id, userId, role, atUs: this.nowUs } as const;
    this.items.push({ facts: [{ kind: 'participant.token_issued', ...issued }] });
  }

  private act(actor: Actor, op: Step['op'], { event, who, tell }: Told): void {
    const isPublished = actor.state === 'published';
    if (op === 'kick') this.kick(actor, { event, who, tell });
    if (op === 'ask') this.ask(actor, event.id);
    if (op === 'publish' && !isPublished) {
      tell(stageUpdate(event, 'Participant Published', who));
      this.become(actor, 'published');
    }
    if ((op === 'unpublish' || op === 'leave') && isPublished) {
      tell(stageUpdate(event, 'Participant Unpublished', who));
      this.become(actor, 'unpublished');
    }
    if (op === 'fail' && !isPublished) {
      tell(stageUpdate(event, 'Participant Publish Error', who, { error_code: 'QUOTA_EXCEEDED' }));
      this.become(actor, 'unpublished');
    }
    if (op === 'exchange') {
      const token = { user_id: who.userId, attributes: { exchange: event.id } };
      tell(stageUpdate(event, 'Token Exchanged', who, { new_token: token }));
      this.become(actor, actor.state ?? 'unpublished');
    }
  }

  private kick(actor: Actor, { event, who, tell }: Told): void {
    const fact = { participantId: actor.id, atUs: this.nowUs, reason: 'kicked' };
    this.items.push({ facts: [{ kind: 'participant.disconnected_by_us', ...fact }] });
    if (actor.state === 'published') {
      this.nowUs += 100;
      tell(stageUpdate({ ...event, id: `${event.id}-after`, atUs: this.nowUs }, 'Participant Unpublished', who));
    }
    // Not a trace of a stage session: a token can be killed while nobody is on the stage.
    this.truth.set(actor.id, 'disconnected');
    this.unnoticed.delete(actor.id);
    actor.state = undefined;
    actor.isDead = true;
  }

  private ask(actor: Actor, id: string): void {
    if (!actor.state) return;
    const { stageSessionId, nowUs: atUs } = this;
    const fact = { stageSessionId, participantId: actor.id, state: actor.state, atUs, sinceUs: actor.sinceUs, id };
    this.items.push({ facts: [{ kind: 'participant.observed', ...fact }] });
  }

  private become(actor: Actor, state: ParticipantState): void {
    if (actor.state !== state) actor.sinceUs = this.nowUs;
    actor.state = state;
    this.leaveTrace();
    this.truth.set(actor.id, state);
  }
}

interface Told {
  event: { id: string; atUs: number; edition: Edition };
  who: OnStage;
  tell: (raw: object) => unknown;
}

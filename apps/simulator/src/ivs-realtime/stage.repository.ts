import type { Participant, Placed, Stage, StageSession } from './stage.records.js';
import { activeSession } from './stage.records.js';

// Bounds of a process that runs for days; AWS keeps more, and no product may count on it.
const KEPT_SESSIONS = 100;
const KEPT_PARTICIPANTS = 5_000;
const KEPT_EVENTS = 10_000;
const KEPT_KILLED = 20_000;

interface Dump {
  seq: number;
  stages: Stage[];
}

/** All stages with their sessions and participants, in memory. */
export class StageRepository {
  private byArn = new Map<string, Stage>();
  // A participant's latest stage session; the control plane names participants by their id alone.
  private places = new Map<string, Placed>();
  private seq = 0;

  nextSeq(): number {
    return ++this.seq;
  }

  add(stage: Stage): void {
    this.byArn.set(stage.arn, stage);
  }

  remove(stage: Stage): void {
    this.byArn.delete(stage.arn);
    for (const [id, place] of this.places) if (place.stage === stage) this.places.delete(id);
  }

  /** A stage is known in its own region only. */
  find(arn: string, region?: string): Stage | undefined {
    const stage = this.byArn.get(arn);
    return region === undefined || stage?.region === region ? stage : undefined;
  }

  all(region?: string): Stage[] {
    return [...this.byArn.values()].filter((stage) => region === undefined || stage.region === region);
  }

  findParticipant(participantId: string): Placed | undefined {
    return this.places.get(participantId);
  }

  startSession(stage: Stage, session: StageSession): void {
    stage.sessions.push(session);
    const [oldest] = stage.sessions;
    if (stage.sessions.length <= KEPT_SESSIONS || !oldest) return;
    stage.sessions.shift();
    for (const { participantId } of oldest.participants) this.forget(participantId, oldest);
  }

  addParticipant(stage: Stage, session: StageSession, participant: Participant): void {
    session.participants.push(participant);
    this.places.set(participant.participantId, { stage, session, participant });
    if (session.participants.length <= KEPT_PARTICIPANTS) return;
    const gone = session.participants.findIndex((one) => !one.isConnected);
    if (gone < 0) return;
    const [dropped] = session.participants.splice(gone, 1);
    if (dropped) this.forget(dropped.participantId, session);
  }

  record(participant: Participant, event: Omit<Participant['events'][number], 'seq'>): void {
    participant.events.push({ ...event, seq: this.nextSeq() });
    if (participant.events.length > KEPT_EVENTS) participant.events.shift();
  }

  kill(stage: Stage, participantId: string): void {
    if (stage.killed.includes(participantId)) return;
    stage.killed.push(participantId);
    if (stage.killed.length > KEPT_KILLED) stage.killed.shift();
  }

  dump(): Dump {
    return { seq: this.seq, stages: [...this.byArn.values()] };
  }

  load(dump: unknown): void {
    const { seq, stages } = dump as Dump;
    this.reset();
    this.seq = seq;
    for (const stage of stages) {
      this.add(stage);
      for (const session of stage.sessions) {
        for (const participant of session.participants) {
          this.places.set(participant.participantId, { stage, session, participant });
        }
      }
    }
  }

  reset(): void {
    this.byArn = new Map();
    this.places = new Map();
  }

  private forget(participantId: string, session: StageSession): void {
    if (this.places.get(participantId)?.session === session) this.places.delete(participantId);
  }
}

/** Everyone who publishes on the stage now. */
export const publishersOf = (stage: Stage): Participant[] =>
  activeSession(stage)?.participants.filter((participant) => participant.isPublishing) ?? [];

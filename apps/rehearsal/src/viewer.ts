import { io, type Socket } from 'socket.io-client';
import type {
  Ack,
  LiveEvent,
  LiveServerEvents,
  Participant,
  Session,
  SessionSnapshot,
  Subscribed,
  SubscribeTopic,
} from '#contracts';
import { until } from './http.js';

const ANSWER_LIMIT_MS = 10_000;
// A gateway that died, its restart, and Socket.IO's longest pause between two tries (5 s).
const ARRIVE_LIMIT_MS = 20_000;

interface ClientEvents {
  'topic.subscribe': (request: SubscribeTopic, ack: (answer: Ack<Subscribed>) => void) => void;
}

/** What a viewer holds: the snapshot it began with, folded with every event since. */
export interface Seen {
  session: Session | undefined;
  participants: Map<string, Participant>;
}

/**
 * A client as docs/live-client.md tells one to be: subscribe, fold, notice a hole, and after a lost connection go on from
 * the last number.
 */
export class Viewer {
  readonly events: LiveEvent[] = [];
  readonly problems: string[] = [];
  readonly seen: Seen = { session: undefined, participants: new Map() };
  firstSeq = 0;
  snapshots = 0;
  replayed = 0;
  private seq = 0;
  private epoch: string | undefined;
  private at: string | undefined;
  private isAcknowledged = false;
  private readonly socket: Socket<LiveServerEvents, ClientEvents>;

  constructor(
    gateway: string,
    token: string,
    readonly name: string,
    private readonly topic: string,
  ) {
    this.socket = io(`${gateway}/live`, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
    });
    this.socket.on('event', (event) => this.take(event));
    // Also when a gateway died and Socket.IO connected again by itself.
    this.socket.on('connect', () => this.subscribe());
    this.socket.on('disconnect', () => {
      this.isAcknowledged = false;
    });
    this.socket.on('connect_error', (error) => this.refused(error));
  }

  /** Connects (again) and subscribes; resolves when what was missed is here. */
  async arrive(): Promise<void> {
    this.socket.connect();
    await until(`${this.name} to be subscribed`, ARRIVE_LIMIT_MS, () => this.isAcknowledged || undefined);
  }

  private subscribe(): void {
    // Not `emitWithAck`: its promise continues only after every message of the same TCP read was handed on.
    this.socket.timeout(ANSWER_LIMIT_MS).emit('topic.subscribe', this.request(), (error, answer) => {
      // Connected without an answer: begin again, as after any lost connection.
      if (error) this.socket.disconnect().connect();
      else if (answer.ok) this.acknowledged(answer.data);
      else if (answer.error.code === 'UNAVAILABLE') this.socket.disconnect().connect();
      else this.problems.push(`could not subscribe: ${answer.error.code}: ${answer.error.message}`);
    });
  }

  /** A refusal by the gateway has a code; without one it was not reached, and Socket.IO tries again. */
  private refused(error: Error & { data?: { code?: string } }): void {
    if (error.data?.code) this.problems.push(`could not connect: ${error.data.code}: ${error.message}`);
  }

  private acknowledged(data: Subscribed): void {
    this.isAcknowledged = true;
    this.epoch = data.epoch;
    if ('snapshot' in data) this.start(data.snapshot as SessionSnapshot);
    else for (const event of data.events) this.take(event, true);
  }

  /** The phone goes into a tunnel. */
  drop(): void {
    this.isAcknowledged = false;
    this.socket.disconnect();
  }

  get lastSeq(): number {
    return this.seq;
  }

  private request(): SubscribeTopic {
    if (this.epoch === undefined) return { topic: this.topic };
    return { topic: this.topic, epoch: this.epoch, after: this.seq, ...(this.at ? { at: this.at } : {}) };
  }

  private start(snapshot: SessionSnapshot): void {
    this.snapshots++;
    if (this.snapshots > 1) this.problems.push('was given a second snapshot instead of what it missed');
    this.seq = snapshot.seq;
    this.firstSeq = snapshot.seq;
    this.seen.session = snapshot.session;
    this.seen.participants = new Map(snapshot.participants.map((one) => [one.participantId, one]));
  }

  private take(event: LiveEvent, isReplay = false): void {
    if (event.topic !== this.topic) return;
    if (!isReplay && !this.isAcknowledged) this.problems.push(`event ${event.seq} came before the acknowledgement`);
    if (event.seq !== this.seq + 1) this.problems.push(`event ${event.seq} came after ${this.seq}`);
    if (isReplay) this.replayed++;
    this.seq = event.seq;
    this.at = event.at;
    this.events.push(event);
    if ('session' in event.data) this.seen.session = event.data.session;
    if ('participant' in event.data)
      this.seen.participants.set(event.data.participant.participantId, event.data.participant);
  }
}

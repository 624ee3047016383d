import { io, type Socket } from 'socket.io-client';
import type { Ack, LiveEvent, Subscribed, SubscribeTopic } from '#contracts';
import { until } from './until.js';

const ANSWER_LIMIT_MS = 10_000;

/** What one client knows of one topic. */
export interface Followed {
  epoch: string;
  seq: number;
  /** The time of the last event, for the next subscribe. */
  at: string | undefined;
  /** Every event that came, replayed or live, in the order of its coming. */
  events: LiveEvent[];
  answers: Subscribed[];
  isAcknowledged: boolean;
}

/** A socket client for tests that keeps what it was sent and notes whatever breaks the contract in `problems`. */
export class LiveClient {
  readonly problems: string[] = [];
  readonly topics = new Map<string, Followed>();
  readonly audience = new Map<string, number>();
  /** Other things that the server said: `server.draining`, `token.expiring`. */
  readonly said: string[] = [];
  readonly socket: Socket;

  constructor(gatewayUrl: string, token: string, namespace = '/live') {
    this.socket = io(gatewayUrl + namespace, {
      auth: { token },
      transports: ['websocket'],
      forceNew: true,
      autoConnect: false,
      // A test says itself when it comes back.
      reconnection: false,
    });
    this.socket.on('event', (event: LiveEvent) => this.take(event, false));
    this.socket.on('audience', ({ topic, watching }: { topic: string; watching: number }) =>
      this.audience.set(topic, watching),
    );
    this.socket.onAny((name: string) => {
      if (name !== 'event' && name !== 'audience') this.said.push(name);
    });
    this.socket.on('disconnect', () => {
      for (const topic of this.topics.values()) topic.isAcknowledged = false;
    });
  }

  /** @throws what the server refused the connection with; its `code` is in `error.data` */
  connect(): Promise<this> {
    return new Promise((resolve, reject) => {
      const done = (error?: Error) => {
        this.socket.off('connect', done).off('connect_error', done);
        if (error) reject(error);
        else resolve(this);
      };
      this.socket.once('connect', done).once('connect_error', done);
      this.socket.connect();
    });
  }

  /** Subscribes, from where this client is; `request` overrides what it would ask. @throws when refused */
  subscribe(topic: string, request: Partial<SubscribeTopic> = {}): Promise<Subscribed> {
    const known = this.topics.get(topic);
    const from = known
      ? { epoch: known.epoch, after: known.seq, ...(known.at ? { at: known.at } : {}) }
      : ({} as Partial<SubscribeTopic>);
    return new Promise((resolve, reject) => {
      // Not `emitWithAck`: its promise continues only after every message of the same TCP read was handed on.
      const answered = (error: Error | null, answer: Ack<Subscribed>) => {
        if (error) return reject(error);
        if (!answer.ok) return reject(new Error(`${answer.error.code}: ${answer.error.message}`));
        this.follow(topic, answer.data, known);
        resolve(answer.data);
      };
      this.socket.timeout(ANSWER_LIMIT_MS).emit('topic.subscribe', { topic, ...from, ...request }, answered);
    });
  }

  async unsubscribe(topic: string): Promise<void> {
    await this.ask('topic.unsubscribe', { topic });
    this.topics.delete(topic);
  }

  ask<T>(event: string, request: object): Promise<Ack<T>> {
    return this.socket.timeout(ANSWER_LIMIT_MS).emitWithAck(event, request) as Promise<Ack<T>>;
  }

  /** The topic as this client knows it. @throws when it never subscribed */
  topic(name: string): Followed {
    const followed = this.topics.get(name);
    if (!followed) throw new Error(`not subscribed to ${name}`);
    return followed;
  }

  /** Waits for an event. @returns the first that fits, also one that came before */
  event(topic: string, fits: (event: LiveEvent) => boolean, timeoutMs = ANSWER_LIMIT_MS): Promise<LiveEvent> {
    return until(() => this.topic(topic).events.find(fits), { timeoutMs, what: `an event of ${topic}` });
  }

  close(): void {
    this.socket.disconnect();
  }

  private follow(topic: string, data: Subscribed, known: Followed | undefined): void {
    const followed = known ?? { epoch: '', seq: 0, at: undefined, events: [], answers: [], isAcknowledged: false };
    this.topics.set(topic, followed);
    followed.answers.push(data);
    if ('snapshot' in data) {
      followed.seq = data.seq;
      followed.at = undefined;
    } else {
      for (const event of data.events) this.take(event, true);
      if (followed.seq !== data.seq) this.problems.push(`${topic}: told ${data.seq}, given up to ${followed.seq}`);
    }
    followed.epoch = data.epoch;
    followed.isAcknowledged = true;
  }

  private take(event: LiveEvent, isReplay: boolean): void {
    const followed = this.topics.get(event.topic);
    if (!followed || !(isReplay || followed.isAcknowledged)) {
      this.problems.push(`${event.topic}: event ${event.seq} before the acknowledgement`);
      return;
    }
    if (event.seq !== followed.seq + 1) {
      this.problems.push(`${event.topic}: event ${event.seq} after ${followed.seq}`);
    }
    if (followed.isAcknowledged && event.epoch !== followed.epoch) {
      this.problems.push(`${event.topic}: event ${event.seq} of epoch ${event.epoch} in epoch ${followed.epoch}`);
    }
    followed.seq = event.seq;
    followed.at = event.at;
    followed.events.push(event);
  }
}

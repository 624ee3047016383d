import type { Namespace, Socket } from 'socket.io';
import type { ErrorCode, LiveClientEvents, LiveServerEvents } from '#contracts';
import type { AudienceNotice, EventBatch, FeedMember } from '#live';
import type { Principal } from '#platform';
import type { EventEncoder } from './event.encoder.js';
import { SocketWriter } from './socket.writer.js';

type NoServerEvents = Record<string, never>;
export type IoSocket = Socket<LiveClientEvents, LiveServerEvents, NoServerEvents, { live: LiveSocket }>;
export type IoNamespace = Namespace<LiveClientEvents, LiveServerEvents, NoServerEvents, { live: LiveSocket }>;

/** One connected client: who it is, what it follows, and how it is written to. */
export class LiveSocket implements FeedMember {
  /** Topics that it follows or is about to. */
  readonly topics = new Set<string>();
  isClosed = false;
  private readonly writer: SocketWriter;
  private readonly pending = new Map<string, Promise<void>>();

  constructor(
    readonly socket: IoSocket,
    public principal: Principal,
    readonly correlationId: string,
    private readonly encoder: EventEncoder,
  ) {
    this.writer = new SocketWriter(socket);
  }

  get id(): string {
    return this.socket.id;
  }

  get userId(): string | undefined {
    return this.principal.kind === 'user' ? this.principal.userId : undefined;
  }

  /** Runs what concerns one topic one after the other, in the order in which the client sent it. */
  inOrder(topic: string, work: () => Promise<void>): Promise<void> {
    const before = this.pending.get(topic) ?? Promise.resolve();
    const done = before.then(work, work);
    this.pending.set(topic, done);
    const forget = () => {
      if (this.pending.get(topic) === done) this.pending.delete(topic);
    };
    done.then(forget, forget);
    return done;
  }

  deliver(batch: EventBatch): void {
    if (!this.isClosed) this.writer.write(batch.as(this.encoder));
  }

  tellAudience(notice: AudienceNotice): void {
    if (!this.isClosed) this.writer.writeVolatile(this.encoder.audience(notice));
  }

  /** Closes the transport, not the namespace: Socket.IO's clients then connect again by themselves. */
  drop(): void {
    this.socket.conn.close();
  }

  /** Cuts off a client that sends but does not read. */
  cutOffIfTooFarBehind(): boolean {
    return this.writer.isTooFarBehind() && !this.writer.cutOff();
  }

  /** Ends the connection without waiting for anything. */
  cutOff(): void {
    this.writer.cutOff();
  }

  /** Tells why, then disconnects for good: the client has to do something before it may come back. */
  close(error: { code: ErrorCode; message: string }): void {
    this.socket.emit('socket.closed', { code: error.code, message: error.message });
    this.socket.disconnect(true);
  }
}

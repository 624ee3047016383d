import type { LiveEvent, Subscribed } from '#contracts';
import { LiveClient, until } from '#testing';

const PATIENCE_MS = 60_000;

/** A subscriber that comes back whenever its connection is lost, with its last number, as docs/live-client.md says. */
export class Follower {
  readonly client: LiveClient;
  returns = 0;
  private returning: Promise<unknown> | undefined;
  private isClosed = false;

  private constructor(
    gatewayUrl: string,
    token: string,
    readonly topic: string,
  ) {
    this.client = new LiveClient(gatewayUrl, token);
    this.client.socket.on('disconnect', () => this.comeBack());
  }

  static async start(gatewayUrl: string, token: string, topic: string): Promise<Follower> {
    const follower = new Follower(gatewayUrl, token, topic);
    await follower.client.connect();
    await follower.client.subscribe(topic);
    return follower;
  }

  get events(): LiveEvent[] {
    return this.client.topic(this.topic).events;
  }

  /** The first answer is a snapshot; the others say how it went on. */
  get answersAfterReturns(): Subscribed[] {
    return this.client.topic(this.topic).answers.slice(1);
  }

  get seq(): number {
    return this.client.topic(this.topic).seq;
  }

  /** Waits until it has this number. */
  async reaches(seq: number): Promise<void> {
    await until(() => this.seq >= seq, { timeoutMs: PATIENCE_MS, what: `number ${seq} of ${this.topic}` });
  }

  close(): void {
    this.isClosed = true;
    this.client.close();
  }

  private comeBack(): void {
    if (this.isClosed || this.returning) return;
    const { socket } = this.client;
    const isBack = async () => {
      if (this.isClosed) return true;
      if (!socket.connected) await this.client.connect();
      if (!this.client.topic(this.topic).isAcknowledged) await this.client.subscribe(this.topic);
      return socket.connected && this.client.topic(this.topic).isAcknowledged;
    };
    this.returning = until(isBack, { timeoutMs: PATIENCE_MS, what: 'a subscriber to be back' })
      .then(() => this.returns++)
      .catch((error: Error) => this.client.problems.push(error.message))
      .finally(() => {
        this.returning = undefined;
        // It was lost again in between.
        if (!socket.connected) this.comeBack();
      });
  }
}

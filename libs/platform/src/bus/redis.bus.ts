import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import { Bus, type BusListener, type BusMessage } from './bus.js';
import { BusListeners } from './bus-listeners.js';

const RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
// A connection that a firewall forgot is silent for ever: pinged this often, and given up when it does not answer.
const HEARTBEAT_MS = 5_000;
// A starting process connects in some ms; what it publishes meanwhile is few, and not lost for that.
const EARLY_MESSAGES = 1_000;

/**
 * The bus on Redis sharded pub/sub, a channel a topic; on a Cluster each channel lives on the shard of its name, so the
 * load spreads. Carries the payload. The publisher fails fast: a message is worth nothing after an outage.
 */
export class RedisBus extends Bus {
  private readonly listeners: BusListeners;
  private readonly publisher: Redis | Cluster;
  private readonly subscriber: Redis | Cluster;
  private readonly heartbeat: NodeJS.Timeout;
  /** What Redis was asked last for each channel, so that a subscribe never overtakes an unsubscribe. */
  private readonly asked = new Map<string, Promise<void>>();
  /** What was published before the first connection stood. */
  private early: BusMessage[] | undefined = [];
  private isClosed = false;
  private wasUp = false;

  private readonly prefix: string;

  /** @param prefix keeps installations that share a Redis apart */
  constructor(
    urls: string[],
    prefix: string,
    private readonly logger: Logger,
  ) {
    super();
    // The queues' prefix is a hash tag; here it would put every channel on one shard.
    this.prefix = `${prefix.replaceAll(/[{}]/g, '')}:`;
    this.listeners = new BusListeners(logger);
    const connectionName = `stagedoor-bus:${this.prefix}`;
    this.publisher = connect(urls, { connectionName, enableOfflineQueue: false, maxRetriesPerRequest: 1 });
    this.subscriber = connect(urls, { connectionName, maxRetriesPerRequest: null, autoResubscribe: false });
    for (const connection of [this.publisher, this.subscriber]) {
      connection.on('error', (error: Error) => logger.warn({ err: error }, 'the bus has an error on Redis'));
    }
    this.publisher.once('ready', () => this.publishEarly());
    this.subscriber.on('smessage', (name: string, message: string) => this.received(name, message));
    this.subscriber.on(this.subscriber instanceof Cluster ? 'subscribersReady' : 'ready', () => void this.cameUp());
    this.heartbeat = setInterval(() => this.subscriber.ping().catch(() => {}), HEARTBEAT_MS);
    this.heartbeat.unref();
  }

  publish(message: BusMessage): void {
    if (this.isClosed) return;
    if (this.early) {
      if (this.early.length < EARLY_MESSAGES) this.early.push(message);
      return;
    }
    const text = message.payload === undefined ? `${message.seq}` : `${message.seq}\n${message.payload}`;
    this.publisher.spublish(this.prefix + message.channel, text).catch((error: unknown) => {
      this.logger.debug({ err: error }, 'a message of the bus was lost');
    });
  }

  async subscribe(channel: string, listener: BusListener): Promise<() => void> {
    const isFirst = this.listeners.add(channel, listener);
    await (isFirst ? this.ask(channel) : this.asked.get(channel));
    return () => {
      if (this.listeners.remove(channel, listener)) void this.ask(channel);
    };
  }

  onReconnect(listener: () => void): void {
    this.listeners.onReconnect(listener);
  }

  async ping(): Promise<void> {
    await this.publisher.ping();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearInterval(this.heartbeat);
    this.publisher.disconnect();
    this.subscriber.disconnect();
  }

  private publishEarly(): void {
    const messages = this.early ?? [];
    this.early = undefined;
    for (const message of messages) this.publish(message);
  }

  private received(name: string, message: string): void {
    const newline = message.indexOf('\n');
    const seq = Number(newline < 0 ? message : message.slice(0, newline));
    const payload = newline < 0 ? {} : { payload: message.slice(newline + 1) };
    this.listeners.deliver({ channel: name.slice(this.prefix.length), seq, ...payload });
  }

  /** Brings Redis in line with what is wanted of this channel, after whatever was asked before. */
  private ask(channel: string): Promise<void> {
    const before = this.asked.get(channel) ?? Promise.resolve();
    const asked = before.then(() => this.settle(channel));
    this.asked.set(channel, asked);
    void asked.then(() => {
      if (this.asked.get(channel) === asked && !this.listeners.has(channel)) this.asked.delete(channel);
    });
    return asked;
  }

  private async settle(channel: string): Promise<void> {
    const name = this.prefix + channel;
    for (let waitMs = RETRY_MS; !this.isClosed; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS)) {
      try {
        if (this.listeners.has(channel)) await this.subscriber.ssubscribe(name);
        else await this.subscriber.sunsubscribe(name);
        return;
      } catch (error) {
        this.logger.debug({ err: error, channel }, 'a channel of the bus could not be changed yet');
        await new Promise((resolve) => setTimeout(resolve, waitMs).unref());
      }
    }
  }

  /** The connection is up; after the first time everything is subscribed anew before anybody is told. */
  private async cameUp(): Promise<void> {
    const isReconnect = this.wasUp;
    this.wasUp = true;
    if (!isReconnect) return;
    await Promise.all(this.listeners.channels.map((channel) => this.ask(channel)));
    if (!this.isClosed) this.listeners.reconnected();
  }
}

function connect(urls: string[], options: RedisOptions): Redis | Cluster {
  const [first, ...others] = urls;
  if (!first) throw new Error('a Redis URL is needed');
  const redisOptions: RedisOptions = {
    ...options,
    keepAlive: HEARTBEAT_MS,
    socketTimeout: HEARTBEAT_MS,
    retryStrategy: (attempt) => Math.min(RETRY_MS * attempt, LONGEST_RETRY_MS),
  };
  if (others.length === 0) return new Redis(first, redisOptions);
  const enableOfflineQueue = options.enableOfflineQueue ?? true;
  return new Cluster(urls, { enableOfflineQueue, redisOptions, shardedSubscribers: true });
}

import pg from 'pg';
import type { Logger } from 'pino';
import { Bus, type BusListener, type BusMessage } from './bus.js';
import { BusListeners } from './bus-listeners.js';
import { packDoorbells, unpackDoorbells } from './doorbell.js';

// NOTIFY takes a database-wide lock at commit: 200 a second from one process are enough, the rest rides along.
const BATCH_MS = 5;
const FIRST_BACKOFF_MS = 50;
const LONGEST_BACKOFF_MS = 2_000;
// A connection that a firewall forgot is silent for ever: asked this often, and given up when it does not answer.
const HEARTBEAT_MS = 5_000;
// What is rung for while the connection is away, one entry a channel; beyond it the receivers' own checks must do.
const PENDING_CHANNELS = 10_000;

/**
 * The bus on LISTEN/NOTIFY: a doorbell, `channel,seq` without payloads, batched, on one connection of its own past any
 * pooler, and never inside a transaction that changes state.
 */
export class PostgresBus extends Bus {
  private readonly listeners: BusListeners;
  private readonly pending = new Map<string, number>();
  private client?: pg.Client;
  private connecting?: Promise<pg.Client>;
  private listening?: Promise<void>;
  private timer?: NodeJS.Timeout;
  private isSending = false;
  private isClosed = false;
  private wasUp = false;

  constructor(
    private readonly directUrl: string,
    private readonly logger: Logger,
  ) {
    super();
    this.listeners = new BusListeners(logger);
  }

  publish(message: BusMessage): void {
    if (this.isClosed) return;
    const known = this.pending.get(message.channel) ?? 0;
    if (this.pending.size < PENDING_CHANNELS) this.pending.set(message.channel, Math.max(known, message.seq));
    if (!this.timer && !this.isSending) void this.send();
  }

  async subscribe(channel: string, listener: BusListener): Promise<() => void> {
    this.listeners.add(channel, listener);
    await this.listen();
    return () => {
      this.listeners.remove(channel, listener);
    };
  }

  onReconnect(listener: () => void): void {
    this.listeners.onReconnect(listener);
  }

  async ping(): Promise<void> {
    const client = await this.connected();
    await client.query('SELECT 1');
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    const client = this.client ?? (await this.connecting?.catch(() => undefined));
    this.client = undefined;
    await client?.end().catch(() => {});
  }

  private async send(): Promise<void> {
    this.isSending = true;
    try {
      const client = await this.connected();
      const payloads = packDoorbells(this.pending);
      this.pending.clear();
      await client.query(`SELECT pg_notify('stagedoor', payload) FROM unnest($1::text[]) AS payload`, [payloads]);
    } catch (error) {
      this.logger.debug({ err: error }, 'a notification was lost');
    }
    this.isSending = false;
    if (this.isClosed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.pending.size > 0) void this.send();
    }, BATCH_MS);
    this.timer.unref();
  }

  /** One LISTEN for all channels: a process without listeners is not woken by notifications. */
  private listen(): Promise<void> {
    this.listening ??= this.connected()
      .then((client) => client.query('LISTEN stagedoor'))
      .then(() => {})
      .catch((error: unknown) => {
        this.listening = undefined;
        if (this.isClosed) throw error;
        return this.listen();
      });
    return this.listening;
  }

  private connected(): Promise<pg.Client> {
    if (this.client) return Promise.resolve(this.client);
    this.connecting ??= this.connect().finally(() => {
      this.connecting = undefined;
    });
    return this.connecting;
  }

  private async connect(): Promise<pg.Client> {
    for (let backoffMs = FIRST_BACKOFF_MS; !this.isClosed; backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)) {
      try {
        this.client = await this.open();
        return this.client;
      } catch (error) {
        this.logger.warn({ err: error }, 'the bus cannot connect to Postgres');
        await new Promise((resolve) => setTimeout(resolve, backoffMs).unref());
      }
    }
    throw new Error('the bus is closed');
  }

  private async open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.directUrl,
      keepAlive: true,
      application_name: 'stagedoor-bus',
      connectionTimeoutMillis: HEARTBEAT_MS,
      query_timeout: HEARTBEAT_MS,
    });
    const lost = (error?: Error) => this.lost(client, error);
    client.on('error', lost).on('end', lost);
    client.on('notification', ({ payload = '' }) => {
      for (const message of unpackDoorbells(payload)) this.listeners.deliver(message);
    });
    try {
      await this.prepare(client);
    } catch (error) {
      client.end().catch(() => {});
      throw error;
    }
    this.beat(client);
    return client;
  }

  private async prepare(client: pg.Client): Promise<void> {
    await client.connect();
    // A notification need not wait for the disk: it means nothing after a crash.
    await client.query('SET synchronous_commit = off');
    const isReconnect = this.wasUp;
    this.wasUp = true;
    if (!isReconnect || this.listeners.channels.length === 0) return;
    await client.query('LISTEN stagedoor');
    this.listening = Promise.resolve();
    this.listeners.reconnected();
  }

  private beat(client: pg.Client): void {
    const timer = setInterval(() => {
      client.query('SELECT 1').catch((error: Error) => this.lost(client, error));
    }, HEARTBEAT_MS);
    timer.unref();
    client.once('end', () => clearInterval(timer));
  }

  private lost(client: pg.Client, error?: Error): void {
    if (this.client !== client || this.isClosed) return;
    this.client = undefined;
    this.listening = undefined;
    this.logger.warn({ err: error }, 'the bus lost its connection to Postgres');
    client.end().catch(() => {});
    if (this.listeners.channels.length > 0) void this.listen().catch(() => {});
  }
}

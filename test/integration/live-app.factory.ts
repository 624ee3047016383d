import type { Socket as TcpSocket } from 'node:net';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { LiveChange, LiveEvent } from '#contracts';
import { Epoch, LiveLog, LogReader, type SnapshotSource, WATCHING_SQL } from '#live';
import {
  AccessTokens,
  AuthModule,
  Bus,
  Clock,
  Config,
  Database,
  Ids,
  LOGGER,
  type Logger,
  loadConfig,
  PostgresBus,
  RedisBus,
  Revocations,
  SystemClock,
  type UserPrincipal,
} from '#platform';
import { SessionRepository } from '#sessions';
import { createDatabase, LiveClient, type Profile, redisUrl, silentLogger } from '#testing';
import { LiveModule } from '../../apps/gateway/src/live/live.module.js';
import { SocketAdapter } from '../../apps/gateway/src/live/socket.adapter.js';

export const API_KEY = 'an-api-key-for-tests';

/** The state is the session's row: `bump` writes the number of its last event into the name. */
const source: SnapshotSource = {
  matches: (topic) => topic.startsWith('session/'),
  sql: `(SELECT jsonb_build_object('name', s.name, 'watching', ${WATCHING_SQL}) FROM session s WHERE 'session/' || s.id = $1)`,
  toSnapshot: (json) => ({ session: json }) as never,
};
const lobby: SnapshotSource = {
  matches: (topic) => topic === 'lobby',
  sql: `'[]'::jsonb`,
  toSnapshot: () => ({ sessions: [] }),
};

export interface LiveAppOptions {
  databaseUrl: string;
  clockScale?: number;
  prefix?: string;
  logger?: Logger;
}

/** A small Nest app that holds the sockets, on a real database and a real bus. */
export async function startLiveApp(profile: Profile, options: LiveAppOptions) {
  const database = new Database(options.databaseUrl, { max: 10, applicationName: 'test' }, silentLogger);
  const prefix = options.prefix ?? new URL(options.databaseUrl).pathname;
  const bus: Bus =
    profile === 'redis'
      ? new RedisBus([redisUrl()], prefix, silentLogger)
      : new PostgresBus(options.databaseUrl, silentLogger);
  const clock = new SystemClock(options.clockScale ?? 1);
  const app = await NestFactory.create<NestFastifyApplication>(
    platformOf(configFor(options.databaseUrl), database, bus, clock, options.logger ?? silentLogger),
    new FastifyAdapter(),
    { logger: false, abortOnError: false },
  );
  app.useWebSocketAdapter(new SocketAdapter(app, app.get(Config)));
  await app.listen(0, '127.0.0.1');
  return new LiveApp(app, database, bus, clock);
}

function configFor(databaseUrl: string): Config {
  return loadConfig('gateway', {
    DATABASE_URL: databaseUrl,
    AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    STAGEDOOR_API_KEY: API_KEY,
    STAGEDOOR_INGEST_KEY: 'an-ingest-key-for-tests',
    STAGEDOOR_REVIEW_KEY: 'a-review-key-for-tests',
    STAGEDOOR_JWT_SECRET: 'a-secret-for-tests-only',
  });
}

function platformOf(config: Config, database: Database, bus: Bus, clock: Clock, logger: Logger) {
  const epoch = new Epoch(database, bus);
  const providers = [
    { provide: Config, useValue: config },
    { provide: Clock, useValue: clock },
    { provide: Ids, useValue: new Ids() },
    { provide: LOGGER, useValue: logger },
    { provide: Database, useValue: database },
    { provide: Bus, useValue: bus },
    { provide: Epoch, useValue: epoch },
    { provide: LiveLog, useValue: new LiveLog(database, epoch, bus, clock) },
    { provide: LogReader, useValue: new LogReader(database, epoch, [source, lobby]) },
    { provide: SessionRepository, useValue: new SessionRepository(database) },
  ];
  @Global()
  @Module({ providers, exports: providers })
  class TestPlatform {}

  @Module({ imports: [TestPlatform, AuthModule, LiveModule] })
  class TestApp {}
  return TestApp;
}

export class LiveApp {
  private readonly clients: LiveClient[] = [];

  constructor(
    readonly app: NestFastifyApplication,
    readonly database: Database,
    readonly bus: Bus,
    readonly clock: Clock,
  ) {}

  get url(): string {
    return `http://127.0.0.1:${(this.app.getHttpServer().address() as { port: number }).port}`;
  }

  get log(): LiveLog {
    return this.app.get(LiveLog);
  }

  get epoch(): Epoch {
    return this.app.get(Epoch);
  }

  async createSession(id: string, visibility: 'public' | 'private' = 'public'): Promise<string> {
    const topic = `session/${id}`;
    await this.database.query(
      `INSERT INTO session (id, name, visibility, stage_door, region, stage_arn, recording, lifecycle, metadata, created_at)
       VALUES ($1, '0', $2, 'invitation', 'us-west-2', 'arn:' || $1, 'none', '{}', '{}', now())`,
      [id, visibility],
    );
    await this.log.transaction((tx) => tx.createTopic(topic));
    return topic;
  }

  /** Appends events, several in one transaction, and keeps the state in step with the numbers. */
  bump(topic: string, count = 1, padding = ''): Promise<LiveEvent[]> {
    const change = { type: 'session.updated', data: { session: { padding } } } as unknown as LiveChange;
    return this.log.transaction(async (tx) => {
      const events = await tx.append(
        topic,
        Array.from({ length: count }, () => change),
      );
      await tx.sql.query(`UPDATE session SET name = $2 WHERE 'session/' || id = $1`, [topic, `${events.at(-1)?.seq}`]);
      return events;
    });
  }

  async token(
    userId: string,
    grant: Partial<Pick<UserPrincipal, 'role' | 'sessionId'>> & { ttlSeconds?: number } = {},
  ) {
    const { token } = await this.app.get(AccessTokens).mint({ userId, role: 'viewer', ttlSeconds: 3_600, ...grant });
    return token;
  }

  revoke(userId: string): Promise<void> {
    return this.app.get(Revocations).revoke(userId);
  }

  client(token: string, namespace?: string): LiveClient {
    const client = new LiveClient(this.url, token, namespace);
    this.clients.push(client);
    return client;
  }

  async connect(userId = 'u'): Promise<LiveClient> {
    return this.client(await this.token(userId)).connect();
  }

  closeClients(): void {
    for (const client of this.clients.splice(0)) client.close();
  }

  async close(): Promise<void> {
    this.closeClients();
    await this.app.close();
    await this.bus.close();
    await this.database.close();
  }
}

/** The client's end of the wire, to stop reading from it. */
export function wireOf(client: LiveClient): TcpSocket {
  const transport = client.socket.io.engine.transport as unknown as { ws: { _socket: TcpSocket } };
  return transport.ws._socket;
}

/** An app on a database of its own; `close` takes both away. */
export async function startFreshLiveApp(profile: Profile, options: Omit<LiveAppOptions, 'databaseUrl'> = {}) {
  const testDatabase = await createDatabase();
  const live = await startLiveApp(profile, { ...options, databaseUrl: testDatabase.url });
  const close = live.close.bind(live);
  return Object.assign(live, {
    testDatabase,
    close: async () => {
      await close();
      await testDatabase.drop();
    },
  });
}

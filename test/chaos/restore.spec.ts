import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Session } from '#contracts';
import { describeProfiles, type LiveClient, type Stack, startStack, until } from '#testing';
import { createSession, foldedLog, logOf, snapshotOf, tokenOf, viewOf } from '../session.harness.js';
import { stageUpdate } from './burst.factory.js';

const run = promisify(execFile);
const BEFORE_BACKUP = 10;
const AFTER_BACKUP = 10;
const TEST_LIMIT_MS = 60_000;

describeProfiles('a database that was put back to an older state under running gateways', (profile) => {
  let stack: Stack;
  let session: Session;
  let topic: string;
  let token: string;
  let events = 0;
  const clients: LiveClient[] = [];

  beforeAll(async () => {
    stack = await startStack({ profile });
    token = await tokenOf(stack.api, 'viewer');
  }, TEST_LIMIT_MS);
  beforeEach(async () => {
    session = await createSession(stack.api);
    topic = `session/${session.id}`;
  });
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    await onServer((server, name) => server.query(`DROP DATABASE IF EXISTS ${name}_backup WITH (FORCE)`));
    await stack.stop();
  }, TEST_LIMIT_MS);

  const connect = async (): Promise<LiveClient> => {
    const client = await stack.connect(token);
    clients.push(client);
    return client;
  };

  /** One event of the log for each: someone new publishes. @returns the number of the last */
  async function happen(count: number): Promise<number> {
    for (let i = 0; i < count; i++) {
      const who = { participantId: `participant-${++events}`, atUs: Date.now() * 1_000 };
      const headers = { 'x-stagedoor-key': stack.ingestKey };
      const body = stageUpdate(session.stageArn, 'Participant Published', who);
      await stack.api.expect('POST', '/v1/ingest/eventbridge', body, { headers });
      const isSeen = async () =>
        (await snapshotOf(stack.api, session.id)).participants.some((one) => one.participantId === who.participantId);
      await until(isSeen, { timeoutMs: 20_000, what: 'an event to be applied' });
    }
    return (await snapshotOf(stack.api, session.id)).seq;
  }

  /** With everyone thrown out and kept out meanwhile, as when a backup is put back. */
  async function onServer(work: (server: pg.Client, name: string) => Promise<unknown>): Promise<void> {
    const url = new URL(stack.databaseUrl);
    const name = url.pathname.slice(1);
    url.pathname = '/postgres';
    const server = new pg.Client({ connectionString: url.href });
    await server.connect();
    try {
      await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]);
      const isAlone = async () => {
        const { rowCount } = await server.query('SELECT 1 FROM pg_stat_activity WHERE datname = $1', [name]);
        return rowCount === 0;
      };
      await until(isAlone, { what: 'everyone to be gone from the database' });
      await work(server, name);
    } finally {
      await server.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      await server.end();
    }
  }

  const isReady = () =>
    until(async () => (await stack.api.get('/readyz')).status === 200, { timeoutMs: 20_000, what: 'the gateway' });

  async function backUp(): Promise<void> {
    await onServer(async (server, name) => {
      await server.query(`DROP DATABASE IF EXISTS ${name}_backup WITH (FORCE)`);
      await server.query(`CREATE DATABASE ${name}_backup TEMPLATE ${name}`);
    });
    await isReady();
  }

  /** The same timeline, the same installation: nothing in the database says that it is an older one. */
  async function restore(): Promise<void> {
    await onServer(async (server, name) => {
      await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await server.query(`CREATE DATABASE ${name} TEMPLATE ${name}_backup`);
    });
    await isReady();
  }

  const raiseEpoch = () =>
    run(process.execPath, ['dist/apps/cli/src/main.js', 'epoch', 'raise'], {
      env: { ...stack.env },
      cwd: process.cwd(),
    });

  async function backOnTrack(client: LiveClient): Promise<void> {
    const head = await happen(1);
    await client.event(topic, ({ seq }) => seq === head);
    const log = await logOf(stack.api, session.id);
    expect(viewOf(await snapshotOf(stack.api, session.id))).toEqual(foldedLog(log));
    const { epoch } = client.topic(topic);
    const followed = client.topic(topic).events.filter((event) => event.epoch === epoch);
    expect(followed.at(-1)).toEqual(log.at(-1));
  }

  it(
    'a client that sends the time of its last event gets a snapshot, although its number is in use again',
    async () => {
      await happen(BEFORE_BACKUP);
      await backUp();
      const client = await connect();
      await client.subscribe(topic);
      const last = await happen(AFTER_BACKUP);
      await client.event(topic, ({ seq }) => seq === last);
      client.close();
      await restore();
      // The numbers that the client knows are given again, to other events.
      expect(await happen(AFTER_BACKUP + 5)).toBeGreaterThan(last);
      await client.connect();
      const answer = await client.subscribe(topic);
      expect(answer).toMatchObject({ reason: 'epoch', seq: last + 5 });
      await backOnTrack(client);
    },
    TEST_LIMIT_MS,
  );

  it(
    'a client that stays connected is sent back for a snapshot, however quickly its number is reached again',
    async () => {
      await happen(BEFORE_BACKUP);
      await backUp();
      const client = await connect();
      await client.subscribe(topic);
      const last = await happen(AFTER_BACKUP);
      await client.event(topic, ({ seq }) => seq === last);
      await restore();
      await happen(AFTER_BACKUP + 5);
      await until(() => client.socket.disconnected, { what: 'the transport to be closed' });
      await client.connect();
      expect(await client.subscribe(topic)).toMatchObject({ reason: 'epoch' });
      await backOnTrack(client);
    },
    TEST_LIMIT_MS,
  );

  it(
    'after `epoch raise` every client gets a snapshot: connected or not, with the time of its last event or without',
    async () => {
      await happen(BEFORE_BACKUP);
      await backUp();
      const [connected, away, timeless] = [await connect(), await connect(), await connect()];
      for (const client of [connected, away, timeless]) await client.subscribe(topic);
      const last = await happen(AFTER_BACKUP);
      for (const client of [connected, away, timeless]) await client.event(topic, ({ seq }) => seq === last);
      away.close();
      timeless.close();
      await restore();
      const { stdout } = await raiseEpoch();
      expect(stdout).toContain('the epoch is now');
      await happen(AFTER_BACKUP);
      await until(() => connected.socket.disconnected, { what: 'the transport to be closed' });
      for (const client of [connected, away, timeless]) {
        await client.connect();
        timeless.topic(topic).at = undefined;
        expect(await client.subscribe(topic)).toMatchObject({ reason: 'epoch' });
      }
      expect(stdout).toContain(connected.topic(topic).epoch);
      const before = connected.topic(topic).answers[0]?.epoch ?? '';
      const old = await stack.api.get(`/v1/sessions/${session.id}/events?after=${last}&epoch=${before}`);
      expect(old).toMatchObject({ status: 410, body: { code: 'LOG_GONE' } });
      await backOnTrack(connected);
    },
    TEST_LIMIT_MS,
  );
});

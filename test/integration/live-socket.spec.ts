import { type Ack, type Subscribed } from '#contracts';
import { createLogger } from '#platform';
import { describeProfiles, until } from '#testing';
import { API_KEY, type LiveApp, startFreshLiveApp, startLiveApp, wireOf } from './live-app.factory.js';

const codes = (answers: Ack<unknown>[]) => answers.map((answer) => (answer.ok ? 'ok' : answer.error.code));

describeProfiles('a socket of /live', (profile) => {
  let live: Awaited<ReturnType<typeof startFreshLiveApp>>;
  let topic: string;
  let run = 0;

  beforeAll(async () => {
    live = await startFreshLiveApp(profile);
  });
  beforeEach(async () => {
    topic = await live.createSession(`socket-${run++}`);
  });
  afterEach(() => live.closeClients());
  afterAll(() => live.close());

  const refused = (token: string, namespace?: string) =>
    live
      .client(token, namespace)
      .connect()
      .then(
        () => 'connected',
        (error: { data?: { code?: string } }) => error.data?.code,
      );

  it('is refused with a code: no token, a bad one, a foreign namespace, the default one', async () => {
    expect(await refused('')).toBe('UNAUTHENTICATED');
    expect(await refused('nonsense')).toBe('UNAUTHENTICATED');
    const token = await live.token('u');
    expect(await refused(token, '/nope')).toBe('NOT_FOUND');
    expect(await refused(token, '/live/nope')).toBe('NOT_FOUND');
    expect(await refused(token, '/')).toBe('NOT_FOUND');
    expect(await refused(token)).toBe('connected');
  });

  it('takes the API key', async () => {
    const client = await live.client(API_KEY).connect();
    expect(await client.subscribe(topic)).toMatchObject({ seq: 0 });
    expect(await client.subscribe('lobby')).toMatchObject({ snapshot: { sessions: [] } });
  });

  it('does not find topics that are not there or not for it', async () => {
    const secret = await live.createSession(`secret-${run}`, 'private');
    const client = await live.connect();
    for (const name of ['session/none', secret, 'moderation/x', 'session/', 'nonsense']) {
      expect(codes([await client.ask('topic.subscribe', { topic: name })])).toEqual(['NOT_FOUND']);
    }
    const invited = live.client(await live.token('v', { sessionId: `secret-${run}` }));
    await (await invited.connect()).subscribe(secret);
  });

  it.each([
    ['no topic', {}],
    ['a negative number', { topic: 'lobby', after: -1 }],
    ['a number that is none', { topic: 'lobby', after: 'x' }],
    ['too long a topic', { topic: 'x'.repeat(500) }],
    ['a NUL', { topic: 'session/\u0000' }],
    ['null', null],
  ])('answers a request that is not valid: %s', async (_case, request) => {
    const client = await live.connect();
    expect(codes([await client.ask('topic.subscribe', request as never)])).toEqual(['VALIDATION_FAILED']);
    expect(await client.subscribe(topic)).toMatchObject({ seq: 0 });
  });

  it('answers a message that does not exist, and lives on after one without an acknowledgement', async () => {
    const client = await live.connect();
    client.socket.emit('topic.subscribe', 1);
    client.socket.emit('topic.subscribe');
    expect(codes([await client.ask('session.destroy', {})])).toEqual(['NOT_FOUND']);
    expect(await client.subscribe(topic)).toMatchObject({ seq: 0 });
  });

  it('answers a flood with RATE_LIMITED, and others do not feel it', async () => {
    const [flooder, other] = [await live.connect('flooder'), await live.connect('other')];
    await other.subscribe(topic);
    const flood = Promise.all(
      Array.from({ length: 10_000 }, () => flooder.ask<Subscribed>('topic.subscribe', { topic })),
    );
    const [event] = await live.bump(topic);
    await other.event(topic, ({ seq }) => seq === event?.seq, 2_000);
    const answered = codes(await flood);
    expect(answered.filter((code) => code === 'ok').length).toBeGreaterThanOrEqual(50);
    expect(answered.filter((code) => code === 'RATE_LIMITED').length).toBeGreaterThan(9_000);
    expect(flooder.socket.connected).toBe(true);
    expect(other.problems).toEqual([]);
  });

  it('follows at most 50 topics', async () => {
    const topics = await Promise.all(Array.from({ length: 51 }, (_, i) => live.createSession(`many-${run}-${i}`)));
    const client = await live.connect();
    const answers: Ack<unknown>[] = [];
    for (const name of topics) {
      answers.push(
        await until(async () => {
          const answer = await client.ask('topic.subscribe', { topic: name });
          const isTooFast = !answer.ok && answer.error.message !== 'A socket may follow 50 topics.';
          return isTooFast ? undefined : answer;
        }),
      );
    }
    expect(codes(answers)).toEqual([...Array(50).fill('ok'), 'RATE_LIMITED']);
  });

  it('is one of at most 20 of its user; the API key has no limit', async () => {
    await Promise.all(Array.from({ length: 20 }, () => live.connect('busy')));
    expect(await refused(await live.token('busy'))).toBe('RATE_LIMITED');
    live.closeClients();
    await until(async () => (await refused(await live.token('busy'))) === 'connected');
    await Promise.all(Array.from({ length: 25 }, () => live.client(API_KEY).connect()));
  });

  it('is cut off by a message that is too large, and others are not', async () => {
    const [client, other] = [await live.connect('large'), await live.connect('other')];
    client.socket.emit('topic.subscribe', { topic: 'x'.repeat(100_000) });
    await until(() => client.socket.disconnected);
    expect(await other.subscribe(topic)).toMatchObject({ seq: 0 });
  });

  it('is closed when the tokens of its user are revoked, and told why', async () => {
    const [client, other] = [await live.connect('revoked'), await live.connect('other')];
    const reasons: unknown[] = [];
    client.socket.on('socket.closed', (error: unknown) => reasons.push(error));
    const token = await live.token('revoked');
    await live.revoke('revoked');
    await until(() => client.socket.disconnected);
    expect(reasons).toEqual([{ code: 'UNAUTHENTICATED', message: 'The access token has been revoked.' }]);
    expect(other.socket.connected).toBe(true);
    expect(await refused(token)).toBe('UNAUTHENTICATED');
    expect(await refused(await live.token('revoked'))).toBe('connected');
  });

  it('is closed by a revocation on another gateway', async () => {
    const other = await startLiveApp(profile, { databaseUrl: live.testDatabase.url });
    try {
      const client = await live.connect('elsewhere');
      await other.revoke('elsewhere');
      await until(() => client.socket.disconnected);
    } finally {
      await other.close();
    }
  });

  it('counts distinct users over all gateways, and tells when that changed', async () => {
    const other = await startLiveApp(profile, { databaseUrl: live.testDatabase.url });
    const a1 = await live.connect('a');
    await a1.subscribe(topic);
    await until(() => a1.audience.get(topic) === 1);
    const [a2, b, key] = [await other.connect('a'), await other.connect('b'), await live.client(API_KEY).connect()];
    for (const client of [a2, b, key]) await client.subscribe(topic);
    await until(() => [a1, a2, b, key].every((client) => client.audience.get(topic) === 2));
    const late = await live.connect('b');
    const answer = await late.subscribe(topic);
    expect(answer).toMatchObject({ snapshot: { session: { watching: 2 } } });
    await other.close();
    late.close();
    await until(() => a1.audience.get(topic) === 1);
  });

  it('keeps its audience over a crash of Postgres, which empties unlogged tables', async () => {
    const client = await live.connect('a');
    await client.subscribe(topic);
    await until(() => client.audience.get(topic) === 1);
    await live.database.query('TRUNCATE gateway_instance, watcher');
    const b = await live.connect('b');
    await b.subscribe(topic);
    await until(() => client.audience.get(topic) === 2);
  });
});

describeProfiles('a socket and its token', (profile) => {
  // An access token's two minutes pass in 2.4 s.
  const SCALE = 50;
  let live: LiveApp;

  beforeAll(async () => {
    live = await startFreshLiveApp(profile, { clockScale: SCALE });
  });
  afterEach(() => live.closeClients());
  afterAll(() => live.close());

  it('is warned 60 s before it expires, and closed with TOKEN_EXPIRED when it does', async () => {
    const client = live.client(await live.token('u', { ttlSeconds: 120 }));
    const heard: [string, number][] = [];
    client.socket.onAny((name: string) => heard.push([name, live.clock.nowMs()]));
    let closed: unknown;
    client.socket.on('socket.closed', (error: unknown) => {
      closed = error;
    });
    const startedMs = live.clock.nowMs();
    await client.connect();
    await until(() => client.socket.disconnected);
    expect(heard.map(([name]) => name)).toEqual(['token.expiring', 'socket.closed']);
    const [[, warnedMs] = ['', 0], [, closedMs] = ['', 0]] = heard;
    expect(warnedMs - startedMs).toBeGreaterThan(50_000);
    expect(closedMs - startedMs).toBeGreaterThan(115_000);
    expect(closed).toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  it('is refused with TOKEN_EXPIRED once it has expired', async () => {
    const token = await live.token('u', { ttlSeconds: 1 });
    const startedMs = live.clock.nowMs();
    await until(() => live.clock.nowMs() > startedMs + 3_000);
    await expect(live.client(token).connect()).rejects.toMatchObject({ data: { code: 'TOKEN_EXPIRED' } });
  });

  it('lives on with a newer token of the same user, and with no other', async () => {
    const client = live.client(await live.token('u', { ttlSeconds: 60 }));
    await client.connect();
    const foreign = await client.ask('token.renew', { token: await live.token('v') });
    const key = await client.ask('token.renew', { token: API_KEY });
    const bad = await client.ask('token.renew', { token: 'nonsense' });
    expect(codes([foreign, key, bad])).toEqual(['FORBIDDEN', 'FORBIDDEN', 'UNAUTHENTICATED']);
    const renewed = await client.ask<{ expiresAt: string }>('token.renew', { token: await live.token('u') });
    expect(renewed).toMatchObject({ ok: true });
    const startedMs = live.clock.nowMs();
    await until(() => live.clock.nowMs() > startedMs + 70_000);
    expect(client.socket.connected).toBe(true);
  });

  it('may not be renewed by one that forbids what it follows', async () => {
    await live.createSession('hidden', 'private');
    const client = live.client(await live.token('u', { sessionId: 'hidden' }));
    await client.connect();
    await client.subscribe('session/hidden');
    expect(codes([await client.ask('token.renew', { token: await live.token('u') })])).toEqual(['FORBIDDEN']);
    await client.unsubscribe('session/hidden');
    expect(codes([await client.ask('token.renew', { token: await live.token('u') })])).toEqual(['ok']);
  });
});

describeProfiles('a gateway that goes away', (profile) => {
  it('tells its sockets, closes them so that they reconnect, and lets nobody in', async () => {
    const live = await startFreshLiveApp(profile);
    const clients = await Promise.all(Array.from({ length: 150 }, (_, i) => live.connect(`u${i}`)));
    const reasons: string[] = [];
    for (const client of clients) client.socket.on('disconnect', (reason) => reasons.push(reason));
    const closed = live.app.close();
    await until(() => clients.every((client) => client.said.includes('server.draining')));
    // No connect_error: after one Socket.IO's clients would not come back by themselves.
    const late = live.client(API_KEY);
    const turnedAway = new Promise((resolve) => late.socket.io.once('close', resolve));
    late.connect().catch(() => {});
    expect(await turnedAway).toBe('transport close');
    await until(() => clients.every((client) => client.socket.disconnected));
    expect(new Set(reasons)).toEqual(new Set(['transport close']));
    await closed;
    await live.close();
  });

  it('does not wait for a client that does not read', async () => {
    const live = await startFreshLiveApp(profile);
    const topic = await live.createSession('stuck');
    const client = await live.connect();
    await client.subscribe(topic);
    const wire = wireOf(client);
    wire.pause();
    // Enough to fill the kernel's buffers and less than what gets it cut off.
    for (let i = 0; i < 30; i++) await live.bump(topic, 1, 'x'.repeat(100_000));
    const startedMs = performance.now();
    await live.close();
    expect(performance.now() - startedMs).toBeLessThan(5_000);
    wire.resume();
  });
});

describe('a call that breaks on our side', () => {
  it('is answered with INTERNAL, tells nothing, and is found in the log by the correlation id', async () => {
    const lines: string[] = [];
    const logger = createLogger('test', 'debug', { write: (line: string) => lines.push(line) });
    const live = await startFreshLiveApp('postgres', { logger });
    const topic = await live.createSession('broken');
    const client = live.client(await live.token('u'));
    client.socket.io.opts.extraHeaders = { 'x-correlation-id': 'from-the-caller' };
    await client.connect();
    await live.database.query('ALTER TABLE topic RENAME TO topic_away');
    const answer = await client.ask('topic.subscribe', { topic });
    await live.database.query('ALTER TABLE topic_away RENAME TO topic');
    expect(answer).toEqual({ ok: false, error: { code: 'INTERNAL', message: expect.not.stringContaining('topic') } });
    const errors = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 50);
    expect(errors).toEqual([expect.objectContaining({ correlationId: 'from-the-caller', socketId: client.socket.id })]);
    await client.subscribe(topic);
    await live.close();
  });
});

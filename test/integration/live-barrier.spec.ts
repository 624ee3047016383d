import type { Subscribed } from '#contracts';
import { LiveLog } from '#live';
import { PostgresBus } from '#platform';
import { describeProfiles, type LiveClient, silentLogger, until } from '#testing';
import { killBusConnections } from './bus-connections.js';
import { type LiveApp, startFreshLiveApp, startLiveApp } from './live-app.factory.js';

describeProfiles('subscribers during a burst', (profile) => {
  let live: Awaited<ReturnType<typeof startFreshLiveApp>>;
  let topic: string;
  let run = 0;

  beforeAll(async () => {
    live = await startFreshLiveApp(profile);
  });
  beforeEach(async () => {
    topic = await live.createSession(`barrier-${run++}`);
  });
  afterEach(() => live.closeClients());
  afterAll(() => live.close());

  /** Appends until told to stop. @returns the last number */
  function burst(app: LiveApp = live) {
    let isOn = true;
    const done = (async () => {
      let last = 0;
      while (isOn) last = (await app.bump(topic, 1 + (last % 7))).at(-1)?.seq ?? last;
      return last;
    })();
    return () => {
      isOn = false;
      return done;
    };
  }

  const connect = (count: number, app: LiveApp = live) =>
    Promise.all(Array.from({ length: count }, (_, i) => app.connect(`user-${i}`)));
  const head = async () =>
    (await live.database.query<{ seq: number }>('SELECT seq FROM topic WHERE name = $1', [topic]))[0]?.seq ?? 0;
  const reached = (clients: LiveClient[], seq: number) =>
    until(() => clients.every((client) => client.topic(topic).seq === seq), { what: `everyone to have number ${seq}` });
  const problems = (clients: LiveClient[]) => clients.flatMap((client) => client.problems);

  it('200 of them see no hole, no repeat, and nothing before their acknowledgement', async () => {
    const clients = await connect(200);
    const stop = burst();
    const answers = await Promise.all(
      clients.map(async (client, i) => {
        // Spread over the burst, in steps of the log itself.
        await until(async () => (await head()) > i / 2);
        return client.subscribe(topic);
      }),
    );
    const last = await stop();
    await reached(clients, last);
    expect(problems(clients)).toEqual([]);
    // State and number are of one moment.
    expect(answers.map(stateOf)).toEqual(answers.map(({ seq }) => `${seq}`));
    for (const [i, client] of clients.entries()) {
      const first = client.topic(topic).events[0];
      if (first) expect(first.seq).toBe((answers[i]?.seq ?? -1) + 1);
    }
  });

  it('a second subscribe replaces the first, also while the first is under way', async () => {
    const client = await live.connect();
    const stop = burst();
    await until(() => client.subscribe(topic));
    for (let i = 0; i < 10; i++) await client.subscribe(topic);
    const both = await Promise.all([
      client.ask<Subscribed>('topic.subscribe', { topic }),
      client.ask<Subscribed>('topic.subscribe', { topic }),
    ]);
    expect(both.map(({ ok }) => ok)).toEqual([true, true]);
    await client.subscribe(topic);
    const from = client.topic(topic).events.length;
    await until(() => client.topic(topic).events.length > from);
    const last = await stop();
    await reached([client], last);
    const seqs = client
      .topic(topic)
      .events.slice(from)
      .map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => (seqs[0] ?? 0) + i));
  });

  it('an unsubscribe right behind a subscribe ends it', async () => {
    const client = await live.connect();
    const answers = await Promise.all([
      client.ask('topic.subscribe', { topic }),
      client.ask('topic.unsubscribe', { topic }),
    ]);
    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
    const witness = await live.connect('witness');
    await witness.subscribe(topic);
    await live.bump(topic);
    await reached([witness], 1);
    // A stray event would be one that this client never subscribed to.
    await client.ask('topic.unsubscribe', { topic });
    expect(client.problems).toEqual([]);
  });

  it('nothing comes after an unsubscribe', async () => {
    const client = await live.connect();
    await client.subscribe(topic);
    const stop = burst();
    await client.event(topic, ({ seq }) => seq > 5);
    const known = client.topic(topic);
    await client.unsubscribe(topic);
    await stop();
    await client.subscribe(topic);
    expect(known.events.at(-1)?.seq).toBeLessThan(client.topic(topic).seq + 1);
    expect(client.problems).toEqual([]);
  });

  it('lost messages heal: the bus is cut again and again', async () => {
    const other = await startLiveApp(profile, { databaseUrl: live.testDatabase.url });
    try {
      const clients = [...(await connect(10)), ...(await connect(10, other))];
      await Promise.all(clients.map((client) => client.subscribe(topic)));
      const stop = burst(other);
      for (let i = 1; i <= 5; i++) {
        await clients[0]?.event(topic, ({ seq }) => seq > i * 20);
        await killBusConnections(profile, live.testDatabase.url, new URL(live.testDatabase.url).pathname);
      }
      const last = await stop();
      await reached(clients, last);
      expect(problems(clients)).toEqual([]);
    } finally {
      await other.close();
    }
  });

  it('a head that moved without the bus is noticed', async () => {
    const clients = await connect(5);
    await Promise.all(clients.map((client) => client.subscribe(topic)));
    const nowhere = new PostgresBus('postgresql://postgres@127.0.0.1:1/postgres', silentLogger);
    const log = new LiveLog(live.database, live.epoch, nowhere, live.clock);
    await log.transaction((tx) => tx.append(topic, [{ type: 'session.updated', data: { session: {} as never } }]));
    await reached(clients, 1);
    expect(problems(clients)).toEqual([]);
    await nowhere.close();
  });

  it('a thousand at once share a few reads', async () => {
    const clients = await connect(50);
    await live.bump(topic, 3);
    const before = await statements();
    const asked = clients.flatMap((client) =>
      Array.from({ length: 20 }, () => client.ask<Subscribed>('topic.subscribe', { topic })),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    expect((await statements()) - before).toBeLessThan(300);
  });

  /** How many transactions this database has seen. */
  async function statements(): Promise<number> {
    await live.database.query('SELECT pg_stat_force_next_flush()');
    const rows = await live.database.query<{ n: number }>(
      'SELECT xact_commit AS n FROM pg_stat_database WHERE datname = current_database()',
    );
    return rows[0]?.n ?? 0;
  }
});

function stateOf(answer: Subscribed): unknown {
  return 'snapshot' in answer && 'session' in answer.snapshot ? answer.snapshot.session.name : undefined;
}

import { describeProfiles, type LiveClient, until } from '#testing';
import { SocketRegistry } from '../../apps/gateway/src/live/socket.registry.js';
import { type LiveApp, startFreshLiveApp, wireOf } from './live-app.factory.js';

describeProfiles('fan-out', (profile) => {
  let live: LiveApp;
  let topic: string;
  let run = 0;

  beforeAll(async () => {
    live = await startFreshLiveApp(profile);
  });
  beforeEach(async () => {
    topic = await live.createSession(`fan-out-${run++}`);
  });
  afterEach(() => live.closeClients());
  afterAll(() => live.close());

  const reached = (clients: LiveClient[], seq: number) =>
    until(() => clients.every((client) => client.topic(topic).seq === seq), { what: `everyone to have number ${seq}` });

  it('brings events of every size as they were appended', async () => {
    const clients = await Promise.all(['a', 'b'].map((user) => live.connect(user)));
    await Promise.all(clients.map((client) => client.subscribe(topic)));
    const sizes = [0, 1, 100, 125, 126, 5_000, 65_535, 65_536, 300_000];
    for (const size of sizes) await live.bump(topic, 1, 'ä😀"\\\u2028'.repeat(size / 8 + 1).slice(0, size));
    await reached(clients, sizes.length);
    for (const client of clients) {
      expect(client.problems).toEqual([]);
      expect(client.topic(topic).events.map(({ data }) => JSON.stringify(data).length > 0)).toEqual(
        sizes.map(() => true),
      );
    }
    const [a, b] = clients.map((client) => client.topic(topic).events);
    expect(a).toEqual(b);
    const appended = await live.database.query<{ data: unknown }>(
      'SELECT data FROM live_event WHERE topic = $1 ORDER BY seq',
      [topic],
    );
    expect(a?.map(({ data }) => data)).toEqual(appended.map(({ data }) => data));
  });

  it('keeps answers and events of one socket in order while it asks in the middle of a burst', async () => {
    const client = await live.connect();
    await client.subscribe(topic);
    const other = await live.createSession(`other-${run}`);
    for (let i = 0; i < 30; i++) {
      const asked = client.ask('topic.unsubscribe', { topic: other });
      await live.bump(topic, 5);
      expect(await asked).toEqual({ ok: true, data: {} });
    }
    await reached([client], 150);
    expect(client.problems).toEqual([]);
  });

  it('cuts off a client that does not read, keeps little for it, and lets it resume by its number', async () => {
    const [slow, fast] = [await live.connect('slow'), await live.connect('fast')];
    await Promise.all([slow, fast].map((client) => client.subscribe(topic)));
    const wire = wireOf(slow);
    wire.pause();
    const registry = live.app.get(SocketRegistry);
    const padding = 'x'.repeat(100_000);
    let sent = 0;
    // The kernel takes some megabytes before anything is kept in the process.
    while (registry.ofUser('slow').length > 0) {
      sent = (await live.bump(topic, 5, padding)).at(-1)?.seq ?? 0;
      expect(sent).toBeLessThan(500);
    }
    await until(() => registry.ofUser('slow').length === 0);
    await reached([fast], sent);
    wire.resume();
    await until(() => slow.socket.disconnected);
    await slow.connect();
    await slow.subscribe(topic);
    await reached([slow], sent);
    expect([slow, fast].flatMap((client) => client.problems)).toEqual([]);
  });

  it('cuts off a client that asks and does not read the answers', async () => {
    const client = await live.connect('deaf');
    await live.bump(topic, 1, 'x'.repeat(1_000));
    const wire = wireOf(client);
    wire.pause();
    const registry = live.app.get(SocketRegistry);
    await until(() => {
      for (let i = 0; i < 2_000; i++) client.socket.emit('topic.subscribe', { topic }, () => {});
      return registry.ofUser('deaf').length === 0;
    });
    wire.resume();
  });
});

import { Bus, type BusMessage, PostgresBus, RedisBus } from '#platform';
import { createDatabase, describeProfiles, redisUrl, silentLogger, type TestDatabase, until } from '#testing';
import { killBusConnections } from './bus-connections.js';

let run = 0;

/** One contract for both buses: see Bus. */
describeProfiles('the bus', (profile) => {
  let database: TestDatabase;
  let prefix: string;
  const open: Bus[] = [];

  const openBus = (): Bus => {
    const bus =
      profile === 'redis'
        ? new RedisBus([redisUrl()], prefix, silentLogger)
        : new PostgresBus(database.url, silentLogger);
    open.push(bus);
    return bus;
  };
  const collect = async (bus: Bus, channel: string) => {
    const messages: BusMessage[] = [];
    const unsubscribe = await bus.subscribe(channel, (message) => messages.push(message));
    return { messages, unsubscribe };
  };

  beforeAll(async () => {
    database = await createDatabase();
  });
  beforeEach(() => {
    prefix = `{bus-spec-${process.pid}-${run++}}`;
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((bus) => bus.close()));
  });
  afterAll(() => database.drop());

  it('brings what is published after a subscribe resolved, to other processes and to the own', async () => {
    const [sender, receiver] = [openBus(), openBus()];
    const here = await collect(sender, 'session/ä,b');
    const there = await collect(receiver, 'session/ä,b');
    sender.publish({ channel: 'session/ä,b', seq: 7, payload: '{"a":"1\\n2"}' });
    const payload = profile === 'redis' ? { payload: '{"a":"1\\n2"}' } : {};
    for (const { messages } of [here, there]) {
      await until(() => messages.length > 0);
      expect(messages).toEqual([{ channel: 'session/ä,b', seq: 7, ...payload }]);
    }
  });

  it('brings the highest number of a channel, never a number twice or backwards', async () => {
    const [sender, receiver] = [openBus(), openBus()];
    const { messages } = await collect(receiver, 'a');
    for (let seq = 1; seq <= 2_000; seq++) sender.publish({ channel: 'a', seq });
    await until(() => messages.at(-1)?.seq === 2_000);
    const seqs = messages.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
    if (profile === 'postgres') expect(seqs.length).toBeLessThan(200);
  });

  it('keeps channels apart, and many of them', async () => {
    const [sender, receiver] = [openBus(), openBus()];
    const channels = Array.from({ length: 500 }, (_, i) => `session/${i}-${'x'.repeat(60)}`);
    const got = await Promise.all(channels.map((channel) => collect(receiver, channel)));
    channels.forEach((channel, i) => {
      sender.publish({ channel, seq: i + 1 });
    });
    await until(() => got.every(({ messages }) => messages.length > 0));
    expect(got.map(({ messages }) => messages.map(({ seq }) => seq))).toEqual(channels.map((_, i) => [i + 1]));
  });

  it('stops at unsubscribe, without touching other listeners of the channel', async () => {
    const bus = openBus();
    const first = await collect(bus, 'a');
    const second = await collect(bus, 'a');
    first.unsubscribe();
    bus.publish({ channel: 'a', seq: 1 });
    await until(() => second.messages.length === 1);
    second.unsubscribe();
    const third = await collect(bus, 'a');
    bus.publish({ channel: 'a', seq: 2 });
    await until(() => third.messages.length === 1);
    expect([first.messages.length, second.messages.length]).toEqual([0, 1]);
  });

  it('survives a listener that throws', async () => {
    const bus = openBus();
    await bus.subscribe('a', () => {
      throw new Error('broken listener');
    });
    const { messages } = await collect(bus, 'a');
    bus.publish({ channel: 'a', seq: 1 });
    await until(() => messages.length === 1);
  });

  it('comes back after its connection was killed, tells so, and then brings what is published', async () => {
    const [sender, receiver] = [openBus(), openBus()];
    const { messages } = await collect(receiver, 'a');
    let reconnects = 0;
    receiver.onReconnect(() => reconnects++);
    await killBusConnections(profile, database.url, prefix);
    await until(() => reconnects > 0);
    await until(() => {
      sender.publish({ channel: 'a', seq: 5 });
      return messages.some(({ seq }) => seq === 5);
    });
  });

  it('takes a subscribe while the connection is away', async () => {
    const bus = openBus();
    await collect(bus, 'a');
    await killBusConnections(profile, database.url, prefix);
    const { messages } = await collect(bus, 'b');
    await until(() => {
      bus.publish({ channel: 'b', seq: 1 });
      return messages.length > 0;
    });
  });

  it('never throws and never waits when there is nobody at the other end', async () => {
    const dead =
      profile === 'redis'
        ? new RedisBus(['redis://127.0.0.1:1'], prefix, silentLogger)
        : new PostgresBus('postgresql://postgres@127.0.0.1:1/postgres', silentLogger);
    open.push(dead);
    const startedMs = performance.now();
    for (let i = 0; i < 1_000; i++) dead.publish({ channel: `c${i}`, seq: i });
    expect(performance.now() - startedMs).toBeLessThan(500);
    await dead.close();
    dead.publish({ channel: 'a', seq: 1 });
  });
});

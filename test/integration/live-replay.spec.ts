import type { Subscribed } from '#contracts';
import { LogReader, LogTrimmer } from '#live';
import { describeProfiles, until } from '#testing';
import { type LiveApp, startFreshLiveApp } from './live-app.factory.js';

const numbers = (answer: Subscribed) => ('events' in answer ? answer.events.map(({ seq }) => seq) : []);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describeProfiles('a subscriber that comes back', (profile) => {
  let live: LiveApp;
  let topic: string;
  let run = 0;

  beforeAll(async () => {
    live = await startFreshLiveApp(profile);
  });
  beforeEach(async () => {
    topic = await live.createSession(`replay-${run++}`);
  });
  afterEach(() => live.closeClients());
  afterAll(() => live.close());

  it('gets exactly the 500 events that it missed, and then the next one', async () => {
    const client = await live.connect();
    await client.subscribe(topic);
    await live.bump(topic, 3);
    await client.event(topic, ({ seq }) => seq === 3);
    client.close();
    for (let i = 0; i < 50; i++) await live.bump(topic, 10);
    await client.connect();
    const answer = await client.subscribe(topic);
    expect(numbers(answer)).toEqual(range(4, 503));
    await live.bump(topic);
    await client.event(topic, ({ seq }) => seq === 504);
    expect(client.problems).toEqual([]);
  });

  it('gets a snapshot without a reason when it names no number', async () => {
    await live.bump(topic, 2);
    const answer = await (await live.connect()).subscribe(topic);
    expect(answer).toMatchObject({ seq: 2, snapshot: { seq: 2, session: { name: '2' } } });
    expect(answer).not.toHaveProperty('reason');
  });

  it('gets everything from the first event on when it has none', async () => {
    await live.bump(topic, 2);
    const answer = await (await live.connect()).subscribe(topic, { after: 0 });
    expect(numbers(answer)).toEqual([1, 2]);
  });

  it.each([
    ['a foreign epoch', { epoch: 'foreign', after: 2 }, 'epoch'],
    ['a number beyond the head', { after: 6 }, 'epoch'],
    ['another time under its number', { after: 2, at: '2020-01-01T00:00:00.000Z' }, 'epoch'],
  ])('gets a snapshot and is told why: %s', async (_case, position, reason) => {
    await live.bump(topic, 5);
    const answer = await (await live.connect()).subscribe(topic, position);
    expect(answer).toMatchObject({ seq: 5, reason, snapshot: { session: { name: '5' } } });
  });

  it('gets the rest when the time under its number is right', async () => {
    const [, second] = await live.bump(topic, 5);
    const answer = await (await live.connect()).subscribe(topic, { after: 2, at: second?.at ?? '' });
    expect(numbers(answer)).toEqual([3, 4, 5]);
  });

  it('gets a snapshot when it missed more than 1,000', async () => {
    for (let i = 0; i < 11; i++) await live.bump(topic, 100);
    const client = await live.connect();
    expect(await client.subscribe(topic, { after: 99 })).toMatchObject({ reason: 'too_many', seq: 1_100 });
    expect(numbers(await client.subscribe(topic, { after: 100 }))).toEqual(range(101, 1_100));
  });

  it('gets a snapshot when the log no longer holds what it missed', async () => {
    await live.bump(topic, 10);
    await live.database.query(`UPDATE live_event SET at = at - interval '8 days' WHERE topic = $1 AND seq <= 4`, [
      topic,
    ]);
    expect(await new LogTrimmer(live.database, live.clock).trim()).toBe(4);
    const client = await live.connect();
    expect(await client.subscribe(topic, { after: 3 })).toMatchObject({ reason: 'retention', seq: 10 });
    expect(numbers(await client.subscribe(topic, { after: 4 }))).toEqual(range(5, 10));
  });

  it('finds the newest 10,000 events after trimming', async () => {
    for (let i = 0; i < 12; i++) await live.bump(topic, 1_000);
    expect(await new LogTrimmer(live.database, live.clock).trim()).toBe(2_000);
    const reader = live.app.get(LogReader);
    await expect(reader.read(topic, { after: 1_999 })).rejects.toMatchObject({ code: 'LOG_GONE' });
    const { events } = await reader.read(topic, { after: 2_000 });
    expect(events.map(({ seq }) => seq)).toEqual(range(2_001, 3_000));
  });

  it('reads the log over HTTP as the socket does', async () => {
    const appended = await live.bump(topic, 3);
    const reader = live.app.get(LogReader);
    const epoch = await live.epoch.current();
    expect(await reader.read(topic, { epoch, after: 0 })).toEqual({ epoch, events: appended });
    await expect(reader.read(topic, { epoch: 'foreign', after: 0 })).rejects.toMatchObject({ code: 'LOG_GONE' });
    await expect(reader.read(topic, { after: 4 })).rejects.toMatchObject({ code: 'LOG_GONE' });
    await expect(reader.read('session/none', { after: 0 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('gets a snapshot of the new epoch when an operator raised it, without asking', async () => {
    const client = await live.connect();
    await client.subscribe(topic);
    await live.bump(topic, 2);
    await client.event(topic, ({ seq }) => seq === 2);
    const before = client.topic(topic).epoch;
    const epoch = await live.epoch.raise();
    // The transport is closed, so that clients connect again by themselves.
    await until(() => client.socket.disconnected, { what: 'the transport to be closed' });
    await client.connect();
    const answer = await client.subscribe(topic);
    expect(answer).toMatchObject({ epoch, seq: 2, reason: 'epoch' });
    expect(epoch).not.toBe(before);
    await live.bump(topic);
    expect(await client.event(topic, ({ seq }) => seq === 3)).toMatchObject({ epoch });
    expect(client.problems).toEqual([]);
  });

  it('is put right when the log was put back to an earlier state', async () => {
    const client = await live.connect();
    await client.subscribe(topic);
    await live.bump(topic, 5);
    await client.event(topic, ({ seq }) => seq === 5);
    // What a restored copy looks like: the last commits are gone.
    await live.database.query('DELETE FROM live_event WHERE topic = $1 AND seq > 3', [topic]);
    await live.database.query('UPDATE topic SET seq = 3 WHERE name = $1', [topic]);
    await until(() => client.socket.disconnected, { what: 'the transport to be closed' });
    await client.connect();
    expect(await client.subscribe(topic)).toMatchObject({ seq: 3, reason: 'epoch' });
  });
});

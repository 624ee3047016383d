import { SystemClock } from '#platform/clock';
import { until } from '#testing/until';
import { createStage, idle, join, Receiver, startCloud, subscribe, type TestCloud } from './simulator.harness.js';

// Fast enough that retries of seconds take milliseconds.
const CLOCK_SCALE = 50;

interface Deliveries {
  pending: number;
  attempts: number;
  delivered: number;
  retried: number;
  dropped: number;
  dropReasons: Record<string, number>;
}

describe('events whose receiver does not answer with success', () => {
  let cloud: TestCloud;
  let receiver: Receiver;
  beforeAll(async () => {
    cloud = await startCloud({ clock: new SystemClock(CLOCK_SCALE) });
  });
  beforeEach(async () => {
    await cloud.control('POST', '/reset');
    receiver = await Receiver.start();
  });
  afterEach(() => receiver.close());
  afterAll(() => cloud.close());

  const deliveries = async () => (await cloud.control<Deliveries>('GET', '/deliveries')).body;
  const act = (participantId: string, action: string, body?: object) =>
    cloud.control('POST', `/participants/${participantId}/${action}`, body);
  const publishOnce = async () => {
    const { participantId } = await join(cloud, await createStage(cloud), { userId: 'alice' });
    await act(participantId, 'publish');
    return participantId;
  };

  it.each([401, 407, 409, 429, 500, 503])('are tried again after status %i, with the same text', async (status) => {
    await subscribe(cloud, receiver.url);
    receiver.reply = (_, count) => ({ status: count <= 2 ? status : 200 });
    await publishOnce();
    await idle(cloud);
    expect(receiver.received).toHaveLength(3);
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    expect(await deliveries()).toMatchObject({ delivered: 1, retried: 2, dropped: 0 });
  });

  it.each([301, 302, 304, 400, 403, 404, 413, 422])('are dropped at once after status %i', async (status) => {
    await subscribe(cloud, receiver.url);
    receiver.reply = () => ({ status, headers: { location: receiver.url } });
    await publishOnce();
    await idle(cloud);
    expect(receiver.received).toHaveLength(1);
    expect(await deliveries()).toMatchObject({ delivered: 0, dropped: 1, dropReasons: { [`status_${status}`]: 1 } });
  });

  it('are tried again when the connection breaks', async () => {
    await subscribe(cloud, receiver.url);
    receiver.reply = (_, count) => (count === 1 ? undefined : { status: 200 });
    await publishOnce();
    await idle(cloud);
    expect(await deliveries()).toMatchObject({ delivered: 1, retried: 1 });
  });

  it('are tried again when no answer comes within five seconds', async () => {
    await subscribe(cloud, receiver.url);
    receiver.hold = () => (receiver.received.length === 1 ? new Promise(() => undefined) : Promise.resolve());
    const begunMs = performance.now();
    await publishOnce();
    await idle(cloud);
    expect(performance.now() - begunMs).toBeGreaterThan(4_900);
    expect(receiver.received).toHaveLength(2);
    expect(await deliveries()).toMatchObject({ delivered: 1, retried: 1 });
  }, 15_000);

  it('come as late as Retry-After asks', async () => {
    await subscribe(cloud, receiver.url);
    const arrivals: number[] = [];
    receiver.reply = (_, count) => {
      arrivals.push(performance.now());
      return count === 1 ? { status: 503, headers: { 'retry-after': '20' } } : { status: 200 };
    };
    await publishOnce();
    await idle(cloud);
    const [first = 0, second = 0] = arrivals;
    expect((second - first) * CLOCK_SCALE).toBeGreaterThanOrEqual(19_000);
  });

  it('wait for a receiver that is not there yet', async () => {
    await subscribe(cloud, receiver.url);
    receiver.reply = () => ({ status: 503 });
    await publishOnce();
    await until(async () => (await deliveries()).retried >= 2);
    expect((await deliveries()).pending).toBe(1);
    receiver.reply = () => ({ status: 202 });
    await until(async () => (await deliveries()).delivered === 1);
  });
});

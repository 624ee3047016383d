import { SystemClock } from '#platform/clock';
import { createStage, idle, join, Receiver, startCloud, subscribe, type TestCloud } from './simulator.harness.js';

const CLOCK_SCALE = 50;
const ROUNDS = 20;

describe('chaos between the bus and the receiver', () => {
  let cloud: TestCloud;
  let receiver: Receiver;
  beforeAll(async () => {
    cloud = await startCloud({ clock: new SystemClock(CLOCK_SCALE) });
  });
  beforeEach(async () => {
    await cloud.control('POST', '/reset');
    receiver = await Receiver.start();
    await subscribe(cloud, receiver.url);
    // The order must be chaos's, on a busy machine too: two real seconds to hold an event, five to wait for an answer.
    await cloud.control('PUT', '/assumptions', { reorderHoldSeconds: 2 * CLOCK_SCALE, orderPatienceMs: 5_000 });
  });
  afterEach(() => receiver.close());
  afterAll(() => cloud.close());

  /** A device that goes on and off air; what arrives is told as places in the order in which it happened. */
  const play = async (chaos: object): Promise<number[]> => {
    await cloud.control('PUT', '/chaos', chaos);
    receiver.received.length = 0;
    const { participantId } = await join(cloud, await createStage(cloud));
    for (let round = 0; round < ROUNDS; round++) {
      await cloud.control('POST', `/participants/${participantId}/publish`);
      await cloud.control('POST', `/participants/${participantId}/unpublish`);
    }
    await idle(cloud);
    const times = receiver.received.map(({ event }) => event.detail.event_time_precise ?? '');
    const happened = [...new Set(times)].sort();
    return times.map((time) => happened.indexOf(time));
  };
  const counts = async () =>
    (
      await cloud.control<Record<'lost' | 'duplicated' | 'reordered' | 'delayed' | 'submitted', number>>(
        'GET',
        '/deliveries',
      )
    ).body;
  const inOrder = (count: number) => Array.from({ length: count }, (_, index) => index);

  it('is off at first: everything arrives once and in order', async () => {
    expect(await play({})).toEqual(inOrder(2 * ROUNDS));
  });

  it('doubles events under the same id', async () => {
    const arrived = await play({ duplicate: 1 });
    expect(arrived).toEqual(inOrder(2 * ROUNDS).flatMap((place) => [place, place]));
    expect(new Set(receiver.ids()).size).toBe(2 * ROUNDS);
    expect((await counts()).duplicated).toBe(2 * ROUNDS);
  });

  it('loses events and counts them', async () => {
    await play({ lose: 0.5, seed: 7 });
    const { lost, submitted } = await counts();
    expect(receiver.received).toHaveLength(submitted - lost);
    expect(lost).toBeGreaterThan(5);
    expect(lost).toBeLessThan(35);
    expect(await play({ lose: 1 })).toEqual([]);
  });

  it('lets other events overtake the ones that it reorders', async () => {
    expect(await play({ reorder: 1 })).toEqual(
      inOrder(2 * ROUNDS).map((place) => (place % 2 === 0 ? place + 1 : place - 1)),
    );
    expect((await counts()).reordered).toBe(ROUNDS);
  });

  it('lets an event go that nothing comes to overtake', async () => {
    await cloud.control('PUT', '/chaos', { reorder: 1 });
    const { participantId } = await join(cloud, await createStage(cloud));
    await cloud.control('POST', `/participants/${participantId}/publish`);
    await idle(cloud);
    expect(receiver.names()).toEqual(['Participant Published']);
    expect((await cloud.control('GET', '/deliveries')).body).toMatchObject({ reordered: 0, reorderExpired: 1 });
  });

  it('delays within the given bounds', async () => {
    const begun = performance.now();
    await play({ delayMs: [10_000, 20_000] });
    expect((performance.now() - begun) * CLOCK_SCALE).toBeGreaterThanOrEqual(10_000);
    expect(receiver.received).toHaveLength(2 * ROUNDS);
    expect((await counts()).delayed).toBe(2 * ROUNDS);
  });

  it('gives the same show again for the same seed, and another for another', async () => {
    const chaos = { lose: 0.2, duplicate: 0.3, reorder: 0.4 };
    const first = await play({ ...chaos, seed: 42 });
    expect(await play({ ...chaos, seed: 42 })).toEqual(first);
    expect(await play({ ...chaos, seed: 43 })).not.toEqual(first);
  });

  it('leaves events alone that it was not asked for', async () => {
    const arrived = await play({ lose: 1, only: ['Participant Unpublished'] });
    expect(arrived).toEqual(inOrder(ROUNDS));
    expect(new Set(receiver.names())).toEqual(new Set(['Participant Published']));
  });

  it('tells its settings, and ends with a reset', async () => {
    const settings = { lose: 0.1, duplicate: 0, reorder: 0, delayMs: [0, 5], seed: 3, only: ['Participant Published'] };
    expect((await cloud.control('PUT', '/chaos', settings)).body).toEqual(settings);
    expect((await cloud.control('GET', '/chaos')).body).toEqual(settings);
    await cloud.control('POST', '/reset');
    expect((await cloud.control('GET', '/chaos')).body).toEqual({
      lose: 0,
      duplicate: 0,
      reorder: 0,
      delayMs: [0, 0],
      seed: 1,
    });
  });
});

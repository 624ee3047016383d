import { SystemClock } from '#platform/clock';
import { type Delivery, DeliveryLog } from './delivery.records.js';
import { DeliveryLane } from './delivery-lane.js';
import { OvertakingGate } from './overtaking-gate.js';

/** Sends events through a gate; an upper-case letter is held back, and the same letter is a copy. */
async function send(letters: string): Promise<{ order: string; reordered: number }> {
  const clock = new SystemClock();
  const log = new DeliveryLog();
  let order = '';
  const lane = new DeliveryLane(
    clock,
    async ({ eventId }) => {
      order += eventId;
    },
    { ratePerSecond: () => 1_000, orderPatienceMs: () => 1_000 },
  );
  const gate = new OvertakingGate(clock, lane, () => 60_000, log);
  for (const letter of letters) {
    const eventId = letter.toLowerCase();
    gate.pass({ eventId, isHeld: letter !== eventId } as Delivery);
  }
  // The lane takes one turn of the loop for each.
  for (let turn = 0; turn < 10 * letters.length; turn++) await new Promise((resolve) => setImmediate(resolve));
  gate.clear();
  return { order, reordered: log.counts.reordered };
}

describe('the gate where events overtake each other', () => {
  it.each([
    ['abc', 'abc', 0],
    ['Abc', 'bac', 1],
    ['ABc', 'bac', 1],
    ['ABCD', 'badc', 2],
    ['AAb', 'baa', 2],
    ['Aab', 'baa', 2],
    ['abC', 'ab', 0],
  ])('%s leaves as %s', async (sent, order, reordered) => {
    expect(await send(sent)).toEqual({ order, reordered });
  });
});

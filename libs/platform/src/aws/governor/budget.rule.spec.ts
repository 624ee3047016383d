import fc from 'fast-check';
import type { Lane } from '#contracts';
import { GRACE_MS, INTERACTIVE_PATIENCE_MS, LEAD_MS, take } from './budget.rule.js';
import type { BudgetState } from './budget.state.js';
import { LANES } from './lane.rule.js';
import { paceOf, shareAt, slowDown } from './pace.rule.js';

const PACE = paceOf(5, 1);

/** Two or more processes with calls waiting, driven by hand through one budget. */
class Show {
  nowMs = 1_000_000;
  state: BudgetState | undefined;
  readonly sent: { lane: Lane; process: string; atMs: number; waitedMs: number }[] = [];
  private readonly waiting: { id: number; lane: Lane; process: string; sinceMs: number }[] = [];
  private nextId = 1;

  add(process: string, lane: Lane, count = 1): void {
    for (let i = 0; i < count; i++) this.waiting.push({ id: this.nextId++, lane, process, sinceMs: this.nowMs });
  }

  ask(process: string, isInteractive = false) {
    const mine = this.waiting.filter((one) => one.process === process);
    const waiters = mine.map(({ id, lane, sinceMs }) => ({ id, lane, isInteractive, waitedMs: this.nowMs - sinceMs }));
    const { state, result } = take(this.state, { process, waiters, isKnown: false }, this.nowMs, PACE);
    this.state = state;
    for (const { id, inMs } of result.permits) {
      const [call] = this.waiting.splice(
        this.waiting.findIndex((one) => one.id === id),
        1,
      );
      if (!call) throw new Error('a permit for nobody');
      this.sent.push({ ...call, atMs: this.nowMs + inMs, waitedMs: this.nowMs + inMs - call.sinceMs });
    }
    return result;
  }

  /** Every process asks every few milliseconds. */
  run(processes: string[], ms: number): void {
    for (const endMs = this.nowMs + ms; this.nowMs < endMs; this.nowMs += 10)
      for (const one of processes) this.ask(one);
  }
}

describe('the budget', () => {
  it('lets the first call out at once and the others one interval apart, whoever asks', () => {
    const show = new Show();
    show.add('a', 'clean_up', 10);
    show.add('b', 'clean_up', 10);
    show.run(['a', 'b'], 5_000);
    expect(show.sent).toHaveLength(20);
    show.sent.slice(1).forEach(({ atMs }, index) => {
      expect(atMs - (show.sent[index]?.atMs ?? 0)).toBeCloseTo(PACE.periodMs);
    });
    expect(show.state?.waiting).toEqual({});
  });

  it('never exceeds the rate, whatever is asked when', () => {
    const step = fc.record({
      process: fc.constantFrom('a', 'b', 'c'),
      lane: fc.constantFrom(...LANES),
      count: fc.integer({ min: 0, max: 4 }),
      laterMs: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const show = new Show();
        for (const { process, lane, count, laterMs } of steps) {
          show.add(process, lane, count);
          show.ask(process);
          show.nowMs += laterMs;
        }
        const times = show.sent.map(({ atMs }) => atMs).sort((x, y) => x - y);
        return times.slice(1).every((atMs, index) => atMs - (times[index] ?? 0) >= PACE.periodMs - 0.001);
      }),
    );
  });

  it('lets a moderator of another process in next, in less than 300 ms, while 100 calls wait', () => {
    for (let offsetMs = 0; offsetMs < 220; offsetMs += 10) {
      const show = new Show();
      show.add('a', 'clean_up', 100);
      show.run(['a'], 3_000 + offsetMs);
      show.add('b', 'moderation');
      show.run(['a', 'b'], 1_000);
      expect(show.sent.find(({ lane }) => lane === 'moderation')?.waitedMs).toBeLessThan(300);
    }
  });

  it('starves nobody: a lane that waits has an eighth of the calls', () => {
    const show = new Show();
    for (const lane of LANES) show.add('a', lane, 200);
    show.run(['a'], 40_000);
    for (const lane of LANES) expect(show.sent.filter((one) => one.lane === lane).length).toBeGreaterThan(10);
    const [first] = show.sent;
    expect(first?.lane).toBe('moderation');
  });

  it('does not wait for a process that died', () => {
    const show = new Show();
    show.add('dead', 'moderation', 5);
    show.ask('dead');
    show.add('a', 'clean_up', 5);
    show.run(['a'], 3_000);
    const times = show.sent.filter(({ process }) => process === 'a').map(({ atMs }) => atMs - 1_000_000);
    expect(times).toHaveLength(5);
    expect(times[0]).toBeLessThan(PACE.periodMs + GRACE_MS + LEAD_MS);
  });

  it('refuses who waits for an answer and would wait more than two seconds, each told to come back later', () => {
    const show = new Show();
    show.add('a', 'host_and_join', 30);
    const { permits, refused } = show.ask('a', true);
    expect(permits).toHaveLength(1);
    expect(30 - permits.length - refused.length).toBe(Math.floor(INTERACTIVE_PATIENCE_MS / PACE.periodMs));
    expect(refused.map(({ waitMs }) => waitMs)).toEqual([...refused.map(({ waitMs }) => waitMs)].sort((x, y) => x - y));
  });

  it('waits an interval when the store has lost what it knew', () => {
    const ask = { process: 'a', waiters: [{ id: 1, lane: 'moderation' as const, isInteractive: false, waitedMs: 0 }] };
    expect(take(undefined, { ...ask, isKnown: false }, 0, PACE).result.permits).toHaveLength(1);
    const { permits, againInMs } = take(undefined, { ...ask, isKnown: true }, 0, PACE).result;
    expect(permits).toEqual([]);
    expect(againInMs).toBeCloseTo(PACE.periodMs);
  });

  it('halves the rate once for the throttles of a second, and recovers in half a minute', () => {
    const show = new Show();
    show.add('a', 'clean_up');
    show.ask('a');
    const before = show.state as BudgetState;
    const once = slowDown(before, 1_000, PACE);
    const twice = slowDown(once, 1_500, PACE);
    expect(shareAt(twice, 1_500, PACE)).toBeCloseTo(0.5, 1);
    expect(twice.totals.throttles).toBe(2);
    expect(shareAt(twice, 32_000, PACE)).toBe(1);
    expect(shareAt(slowDown(twice, 3_000, PACE), 3_000, PACE)).toBeLessThan(0.3);
  });

  it('runs faster with the clock', () => {
    expect(paceOf(5, 20).periodMs).toBeLessThan(20);
    expect(paceOf(200, 1).periodMs).toBeCloseTo(5.2);
  });
});

import type { Lane } from '#contracts';
import type { Waiting } from './budget.state.js';
import type { Urgency } from './lane.js';
import { eachLane, LANES } from './lane.rule.js';

/** A call that waits. */
export interface Waiter extends Urgency {
  id: number;
  waitedMs: number;
}

/** This process's calls that wait, among those of the others, of whom only counts are known. Lives for one decision. */
export class WaitingLine {
  private readonly mine: Record<Lane, Waiter[]>;

  constructor(
    waiters: readonly Waiter[],
    private readonly others: readonly Waiting[],
    private readonly nowMs: number,
  ) {
    this.mine = eachLane((lane) => waiters.filter((one) => one.lane === lane));
  }

  get isEmpty(): boolean {
    return LANES.every((lane) => this.mine[lane].length === 0);
  }

  isWaiting = (lane: Lane): boolean => this.mine[lane].length > 0 || this.others.some((one) => one.lanes[lane]);

  /** Takes out this process's first call of the lane, unless another process's has waited longer. */
  shiftIfFirst(lane: Lane): Waiter | undefined {
    const [first] = this.mine[lane];
    if (!first) return undefined;
    const sinceMs = this.nowMs - first.waitedMs;
    const isSecond = this.others.some((one) => (one.lanes[lane]?.sinceMs ?? sinceMs) < sinceMs);
    return isSecond ? undefined : this.mine[lane].shift();
  }

  /** Takes out those who wait for an answer and would wait longer than `patienceMs` in all. */
  refuse(nextInMs: number, intervalMs: number, patienceMs: number): { id: number; waitMs: number }[] {
    const refused: { id: number; waitMs: number }[] = [];
    let moreUrgent = 0;
    for (const lane of LANES) {
      const kept: Waiter[] = [];
      for (const waiter of this.mine[lane]) {
        const ahead = moreUrgent + kept.length + this.othersBefore(lane, this.nowMs - waiter.waitedMs);
        const waitMs = nextInMs + ahead * intervalMs;
        if (!waiter.isInteractive || waiter.waitedMs + waitMs <= patienceMs) kept.push(waiter);
        // Told to come back when all who were refused before would have had their turn, so that they do not come at once.
        else refused.push({ id: waiter.id, waitMs: waitMs + refused.length * intervalMs });
      }
      this.mine[lane] = kept;
      moreUrgent += kept.length + this.othersBefore(lane, Number.POSITIVE_INFINITY);
    }
    return refused;
  }

  registration(): Waiting['lanes'] {
    const lanes = LANES.flatMap((lane) => {
      const [first, last] = [this.mine[lane][0], this.mine[lane].at(-1)];
      if (!first || !last) return [];
      const sinceMs = this.nowMs - first.waitedMs;
      return [[lane, { count: this.mine[lane].length, sinceMs, lastMs: this.nowMs - last.waitedMs }]];
    });
    return Object.fromEntries(lanes);
  }

  /** About how many of the others' calls came before this moment: taken as evenly spread between first and last. */
  private othersBefore(lane: Lane, sinceMs: number): number {
    const counts = this.others.map((one) => {
      const waiting = one.lanes[lane];
      if (!waiting || sinceMs < waiting.sinceMs) return 0;
      if (sinceMs >= waiting.lastMs) return waiting.count;
      return Math.ceil((waiting.count * (sinceMs - waiting.sinceMs)) / (waiting.lastMs - waiting.sinceMs));
    });
    return counts.reduce((sum, count) => sum + count, 0);
  }
}

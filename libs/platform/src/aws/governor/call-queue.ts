import type { Lane } from '#contracts';
import { AppError } from '../../errors/app.error.js';
import { type Answer, type Ask, take } from './budget.rule.js';
import type { BudgetStore } from './budget.store.js';
import type { Urgency } from './lane.js';
import { LANES } from './lane.rule.js';
import { type Pace, slowDown } from './pace.rule.js';

/** How long somebody who waits for an answer is kept waiting for AWS's quota. Real time: people and their apps are. */
export const INTERACTIVE_PATIENCE_MS = 2_000;
// A timer of Node's fires a millisecond late or two; beyond this the next call has to know.
const LATE_MS = 5;

interface Waiter extends Urgency {
  enteredMs: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** This process's calls of one operation in one region, waiting for their permits. */
export class CallQueue {
  private waiters: Waiter[] = [];
  private isAsking = false;
  private askAgain = false;
  private isKnown = false;
  private timer: NodeJS.Timeout | undefined;
  private lateSentMs: number | undefined;

  constructor(
    private readonly key: string,
    private readonly process: string,
    private readonly store: BudgetStore,
    private readonly pace: Pace,
  ) {}

  /**
   * Resolves when the call may go out.
   * @param enteredMs when it first came, by performance.now(): a call that AWS throttled keeps its place
   * @throws AppError AWS_BUSY for an interactive call that would wait too long
   */
  enter(urgency: Urgency, enteredMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const isInOrder = (this.waiters.at(-1)?.enteredMs ?? 0) <= enteredMs;
      this.waiters.push({ ...urgency, enteredMs, resolve, reject });
      if (!isInOrder) this.waiters.sort((a, b) => a.enteredMs - b.enteredMs);
      this.ask();
    });
  }

  /** AWS throttled a call: everybody slows down. */
  async throttled(): Promise<void> {
    await this.store.update(this.key, (before, nowMs, share) => {
      const pace = this.paceFor(share);
      return {
        state: slowDown(before ?? take(undefined, this.emptyAsk(), nowMs, pace).state, nowMs, pace),
        result: undefined,
      };
    });
  }

  /** Those who wait are refused. */
  close(reason: Error): void {
    clearTimeout(this.timer);
    for (const waiter of this.waiters.splice(0)) waiter.reject(reason);
  }

  private ask(): void {
    clearTimeout(this.timer);
    if (this.isAsking) {
      this.askAgain = true;
      return;
    }
    this.isAsking = true;
    void this.askStore().finally(() => {
      this.isAsking = false;
      if (this.askAgain) {
        this.askAgain = false;
        this.ask();
      }
    });
  }

  private async askStore(): Promise<void> {
    try {
      const askedMs = performance.now();
      const answer = await this.store.update(this.key, (before, nowMs, share) =>
        take(before, this.askOf(), nowMs, this.paceFor(share)),
      );
      this.isKnown = true;
      this.lateSentMs = undefined;
      // The times of the answer count from a moment during the call; the end is the safe side.
      this.apply(answer, Math.max(askedMs, performance.now()));
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private apply(answer: Answer, answeredMs: number): void {
    for (const { lane, inMs } of answer.permits) {
      const waiter = this.waiters.find((one) => one.lane === lane);
      if (waiter) this.release(waiter, answeredMs + inMs);
    }
    this.refuseImpatient(answer);
    if (answer.againInMs !== undefined && this.waiters.length > 0) {
      this.timer = setTimeout(() => this.ask(), answer.againInMs);
    }
  }

  private release(waiter: Waiter, dueMs: number): void {
    this.waiters.splice(this.waiters.indexOf(waiter), 1);
    const go = () => {
      const nowMs = performance.now();
      if (nowMs - dueMs > LATE_MS) this.lateSentMs = nowMs;
      waiter.resolve();
    };
    const waitMs = dueMs - performance.now();
    if (waitMs <= 0) go();
    else setTimeout(go, waitMs);
  }

  /** Whoever waits for an answer learns at once that it would take too long, and when its turn would have come. */
  private refuseImpatient({ queue, nextInMs, intervalMs }: Answer): void {
    const nowMs = performance.now();
    const places = new Map<Lane, number>();
    const refused = new Map<Waiter, number>();
    for (const waiter of this.waiters) {
      const { lane, enteredMs } = waiter;
      const place = places.get(lane) ?? queueOfOthers(queue, lane, this.waiters);
      places.set(lane, place + 1);
      const waitMs = nextInMs + place * intervalMs;
      const isTooLong = nowMs - enteredMs + waitMs > INTERACTIVE_PATIENCE_MS;
      if (waiter.isInteractive && isTooLong) refused.set(waiter, waitMs);
    }
    if (refused.size === 0) return;
    this.waiters = this.waiters.filter((one) => !refused.has(one));
    for (const [waiter, waitMs] of refused) waiter.reject(busy(this.key, waitMs));
  }

  private askOf(): Ask {
    const nowMs = performance.now();
    const waitedMs: Partial<Record<Lane, number[]>> = {};
    for (const { lane, enteredMs } of this.waiters) {
      const inLane = waitedMs[lane] ?? [];
      inLane.push(nowMs - enteredMs);
      waitedMs[lane] = inLane;
    }
    const late = this.lateSentMs === undefined ? {} : { sentAgoMs: nowMs - this.lateSentMs };
    return { ...this.emptyAsk(), waitedMs, ...late };
  }

  private emptyAsk(): Ask {
    return { process: this.process, waitedMs: {}, isKnown: this.isKnown };
  }

  private paceFor(share: number): Pace {
    return { ...this.pace, periodMs: this.pace.periodMs / share };
  }
}

/** Calls that stand before the first of ours in this lane: more urgent ones, and other processes' of the same lane. */
function queueOfOthers(queue: Answer['queue'], lane: Lane, ours: readonly Waiter[]): number {
  const moreUrgent = LANES.slice(0, LANES.indexOf(lane)).reduce((sum, one) => sum + queue[one], 0);
  const own = ours.filter((one) => one.lane === lane).length;
  return moreUrgent + Math.max(0, queue[lane] - own);
}

function busy(key: string, waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const operation = key.split('/').at(-1);
  return new AppError('AWS_BUSY', `${operation}: AWS's quota is used up for the next ${seconds} s`, {
    retryAfterSeconds: seconds,
  });
}

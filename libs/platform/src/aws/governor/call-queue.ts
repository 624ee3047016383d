import { AppError } from '../../errors/app.error.js';
import { type Answer, type Ask, afterLateCall, take } from './budget.rule.js';
import type { BudgetState } from './budget.state.js';
import type { BudgetStore } from './budget.store.js';
import type { Urgency } from './lane.js';
import { type Pace, slowDown } from './pace.rule.js';

// A busy process or a slow store sends a call late, and a new connection or a busy AWS takes it late. Up to this each, the
// slack of the pace absorbs both (JITTER_MS); beyond it the next call has to wait.
const LATE_MS = 15;
// The usual time is nearly the shortest; it follows a network that has become slower within some fifty calls.
const FOLLOWS = 0.02;

interface WaitingCall extends Urgency {
  id: number;
  enteredMs: number;
  resolve: () => void;
  reject: (error: Error) => void;
}

/** This process's calls of one operation in one region, waiting for their permits. */
export class CallQueue {
  private waiters: WaitingCall[] = [];
  private nextId = 1;
  private isAsking = false;
  private askAgain = false;
  private isKnown = false;
  private timer: NodeJS.Timeout | undefined;
  /** How long AWS takes to answer when nothing is in the way. */
  private usualMs = 0;

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
      this.waiters.push({ id: this.nextId++, ...urgency, enteredMs, resolve, reject });
      if (!isInOrder) this.waiters.sort((a, b) => a.enteredMs - b.enteredMs);
      this.ask();
    });
  }

  /** AWS throttled a call: everybody slows down. */
  throttled(): Promise<void> {
    return this.change(slowDown);
  }

  /** AWS has answered. What took longer than usual may have arrived late, and the next call would arrive too close to it. */
  answered(sentMs: number): void {
    const tookMs = performance.now() - sentMs;
    const lateMs = tookMs - this.usualMs;
    this.usualMs = lateMs < 0 || this.usualMs === 0 ? tookMs : this.usualMs + FOLLOWS * lateMs;
    if (lateMs > LATE_MS) this.wasLate(sentMs + lateMs);
  }

  private wasLate(arrivedMs: number): void {
    const agoMs = performance.now() - arrivedMs;
    const later = this.change((state, nowMs, pace) => afterLateCall(state, nowMs - agoMs, nowMs, pace));
    // A store that is away costs one too early call at most, which AWS may throttle.
    later.catch(() => {});
  }

  private change(change: (state: BudgetState, nowMs: number, pace: Pace) => BudgetState): Promise<void> {
    return this.store.update(this.key, (before, nowMs, share) => {
      const pace = this.paceFor(share);
      const state = before ?? take(undefined, this.emptyAsk(), nowMs, pace).state;
      return { state: change(state, nowMs, pace), result: undefined };
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
      this.apply(answer, askedMs);
    } catch (error) {
      this.close(error instanceof Error ? error : new Error(String(error)));
    }
  }

  private apply({ permits, refused, againInMs }: Answer, askedMs: number): void {
    // The times of the answer count from a moment after the store was asked: not before they are over for sure.
    const answeredMs = performance.now();
    const waiting = new Map(this.waiters.map((one) => [one.id, one]));
    const leaving = new Set([...permits, ...refused].map(({ id }) => id));
    this.waiters = this.waiters.filter((one) => !leaving.has(one.id));
    for (const { id, inMs } of permits) this.release(waiting.get(id), answeredMs + inMs, askedMs + inMs);
    for (const { id, waitMs } of refused) waiting.get(id)?.reject(busy(this.key, waitMs));
    if (againInMs !== undefined && this.waiters.length > 0) {
      this.timer = setTimeout(() => this.ask(), againInMs);
    }
  }

  private release(waiter: WaitingCall | undefined, dueMs: number, slotMs: number): void {
    // It was refused while the store was asked: this process is shutting down.
    if (!waiter) return;
    const go = () => {
      const nowMs = performance.now();
      if (nowMs - slotMs > LATE_MS) this.wasLate(nowMs);
      waiter.resolve();
    };
    const waitMs = dueMs - performance.now();
    if (waitMs <= 0) go();
    else setTimeout(go, waitMs);
  }

  private askOf(): Ask {
    const nowMs = performance.now();
    const waiters = this.waiters.map(({ id, lane, isInteractive, enteredMs }) => ({
      id,
      lane,
      isInteractive,
      waitedMs: nowMs - enteredMs,
    }));
    return { ...this.emptyAsk(), waiters };
  }

  private emptyAsk(): Ask {
    return { process: this.process, waiters: [], isKnown: this.isKnown };
  }

  private paceFor(share: number): Pace {
    return { ...this.pace, periodMs: this.pace.periodMs / share };
  }
}

function busy(key: string, waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const operation = key.split('/').at(-1);
  return new AppError('AWS_BUSY', `${operation}: AWS's quota is used up for the next ${seconds} s`, {
    retryAfterSeconds: seconds,
  });
}

import type { Quota } from '#contracts';
import { AppError } from '../../errors/app.error.js';
import { isAwsThrottle } from '../aws.error.js';
import { INTERACTIVE_PATIENCE_MS, queueOf, usedOf } from './budget.rule.js';
import { type BudgetState, emptyState } from './budget.state.js';
import type { BudgetStore } from './budget.store.js';
import { CallQueue } from './call-queue.js';
import { currentUrgency, type Urgency } from './lane.js';
import { paceOf, shareAt } from './pace.rule.js';
import { type AwsServiceName, QUOTAS, quotaOf, type RaisedQuotas } from './quota.table.js';

export interface AwsCall {
  service: AwsServiceName;
  operation: string;
  region: string;
}

export interface GovernorOptions {
  /** Tells this process from all others, also from its own former lives. */
  process: string;
  /** Of calls outside a job. */
  defaultUrgency: Urgency;
  /** How much faster than real time the clock runs. */
  scale: number;
  regions: readonly string[];
  raisedQuotas: RaisedQuotas;
}

/** What the budget knows of one operation in one region, for metrics. */
export interface BudgetReport extends Quota {
  waits: number[];
  waitedMs: number;
}

// Each is followed by a second of silence and half the rate: after five, something else is wrong at AWS.
const MOST_THROTTLES = 5;

/**
 * One budget of AWS's quotas for all processes. Every call waits here for its permit; a throttled one is tried again, and
 * slows its operation down for all. Calls that fail for other reasons are their caller's matter.
 */
export class Governor {
  private readonly queues = new Map<string, CallQueue>();
  private isClosed = false;

  constructor(
    private readonly store: BudgetStore,
    private readonly options: GovernorOptions,
  ) {}

  /** @throws AppError AWS_BUSY when somebody waits for the answer and it would take too long; what `send` throws */
  async run<T>(call: AwsCall, send: () => Promise<T>): Promise<T> {
    const queue = this.queueOf(call);
    const urgency = currentUrgency() ?? this.options.defaultUrgency;
    const enteredMs = performance.now();
    for (let throttles = 1; ; throttles++) {
      if (this.isClosed) throw closing();
      await queue.enter(urgency, enteredMs);
      const sentMs = performance.now();
      try {
        const answer = await send();
        queue.answered(sentMs);
        return answer;
      } catch (error) {
        if (!isAwsThrottle(error)) throw error;
        await queue.throttled();
        const isPatient = !urgency.isInteractive || performance.now() - enteredMs < INTERACTIVE_PATIENCE_MS;
        if (throttles >= MOST_THROTTLES || !isPatient) throw error;
      }
    }
  }

  /** Every operation of the table in every region that is allowed, and what else was called. @throws when the store is away */
  async report(): Promise<BudgetReport[]> {
    const { regions } = this.options;
    const kept = new Map((await this.store.list()).map((one) => [one.key, one]));
    const known = regions.flatMap((region) =>
      Object.entries(QUOTAS).flatMap(([service, { operations }]) =>
        Object.keys(operations).map((operation) => keyOf({ service: service as AwsServiceName, operation, region })),
      ),
    );
    return [...new Set([...known, ...kept.keys()])].sort().map((key) => {
      const { state, nowMs } = kept.get(key) ?? { state: emptyState(0), nowMs: 0 };
      return this.reportOf(callOf(key), state, nowMs);
    });
  }

  /** Calls that wait are refused, so that their jobs end; calls under way finish. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const queue of this.queues.values()) queue.close(closing());
    await this.store.close();
  }

  private reportOf(call: AwsCall, state: BudgetState, nowMs: number): BudgetReport {
    const limit = this.limitOf(call);
    const pace = paceOf(limit, this.options.scale);
    const used = usedOf(state, nowMs, pace);
    const share = shareAt(state, nowMs, pace);
    const queue = queueOf(state, nowMs);
    const waiting = Object.values(queue).reduce((sum, count) => sum + count, 0);
    const nextInMs = Math.max(0, state.nextMs - nowMs);
    const drainMs = waiting === 0 ? 0 : nextInMs + ((waiting - 1) * pace.periodMs) / share;
    return {
      ...call,
      limit,
      rate: round(limit * share),
      usedLastSecond: used.lastSecond,
      usedLastMinute: used.lastMinute,
      queue,
      drainSeconds: round(drainMs / 1_000),
      ...state.totals,
      waits: state.waits,
      waitedMs: state.waitedMs,
    };
  }

  private queueOf(call: AwsCall): CallQueue {
    const key = keyOf(call);
    let queue = this.queues.get(key);
    if (!queue) {
      const pace = paceOf(this.limitOf(call), this.options.scale);
      queue = new CallQueue(key, this.options.process, this.store, pace);
      this.queues.set(key, queue);
    }
    return queue;
  }

  private limitOf({ service, operation }: AwsCall): number {
    return quotaOf(service, operation, this.options.raisedQuotas);
  }
}

const keyOf = ({ region, service, operation }: AwsCall) => `${region}/${service}/${operation}`;

function callOf(key: string): AwsCall {
  const [region = '', service = '', operation = ''] = key.split('/');
  return { service: service as AwsServiceName, operation, region };
}

const closing = () => new AppError('UNAVAILABLE', 'this process is shutting down', { retryAfterSeconds: 1 });
const round = (value: number) => Math.round(value * 1_000) / 1_000;

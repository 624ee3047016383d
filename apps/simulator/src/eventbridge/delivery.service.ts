import type { Logger } from 'pino';
import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import type { Assumptions } from '../assumptions/assumptions.js';
import type { Chaos } from './chaos.policy.js';
import { type Delivery, DeliveryLog } from './delivery.records.js';
import { DeliveryLane } from './delivery-lane.js';
import type { EventBridgeRepository } from './eventbridge.repository.js';
import { invoke } from './http-destination.client.js';
import { OvertakingGate } from './overtaking-gate.js';
import { type AttemptResult, judge, LONGEST_AGE_MS, MOST_RETRIES } from './retry.policy.js';
import { seeded } from './seeded.js';

// A receiver that is down for a day must not fill the memory.
const MOST_PENDING = 50_000;
const DEFAULT_RATE_PER_SECOND = 300;
const MS_PER_SECOND = 1_000;

export interface DeliveryParts {
  repository: EventBridgeRepository;
  chaos: Chaos;
  clock: Clock;
  ids: Ids;
  assumptions: Assumptions;
  logger: Logger;
  changed: () => void;
}

export type Submission = Pick<Delivery, 'ruleArn' | 'target' | 'eventId' | 'eventName' | 'body'>;

/** Brings events to targets as EventBridge does: at least once, with retries, unless chaos or the receiver says otherwise. */
export class DeliveryService {
  readonly log = new DeliveryLog();
  private pending = new Map<string, Delivery>();
  private readonly lanes = new Map<string, DeliveryLane>();
  private readonly gates = new Map<string, OvertakingGate>();
  private readonly timers = new Set<() => void>();
  private readonly calls = new Set<AbortController>();
  private n = 0;

  constructor(private readonly parts: DeliveryParts) {}

  get pendingCount(): number {
    return this.pending.size;
  }

  submit(submission: Submission): void {
    const { chaos, clock, ids } = this.parts;
    const { counts } = this.log;
    counts.submitted += 1;
    const fate = chaos.next(submission.eventName);
    const { isLost, isHeld, delaysMs } = fate;
    if (isLost) {
      this.log.add({ ...this.outcomeOf(submission), outcome: 'lost', attempts: 0 });
      return;
    }
    if (this.pending.size >= MOST_PENDING) {
      this.drop({ ...submission, attempts: 0 }, 'backlog_full');
      return;
    }
    if (delaysMs.length > 1) counts.duplicated += 1;
    for (const delayMs of delaysMs) {
      const firstMs = clock.nowMs();
      const delivery = {
        ...submission,
        id: ids.uuid(),
        n: ++this.n,
        attempts: 0,
        firstMs,
        dueMs: firstMs + delayMs,
        isHeld,
      };
      if (delayMs > 0) counts.delayed += 1;
      this.pending.set(delivery.id, delivery);
      this.schedule(delivery);
    }
    this.parts.changed();
  }

  /** Resolves when nothing is on its way any more, or with false after `timeoutMs` of real time. */
  async whenIdle(timeoutMs: number): Promise<boolean> {
    const { clock } = this.parts;
    const limit = AbortSignal.timeout(timeoutMs);
    while (this.pending.size > 0 && !limit.aborted) await clock.sleep(10 * clock.scale);
    return this.pending.size === 0;
  }

  dump() {
    return { n: this.n, pending: [...this.pending.values()] };
  }

  load(dump: unknown): void {
    const { n, pending } = dump as { n: number; pending: Delivery[] };
    this.n = n;
    this.pending = new Map(pending.map((delivery) => [delivery.id, { ...delivery, isHeld: false }]));
  }

  /** After a restart: what was on its way goes on. */
  resume(): void {
    for (const delivery of this.pending.values()) this.schedule(delivery);
  }

  reset(): void {
    this.stop();
    this.pending = new Map();
    this.log.clear();
  }

  /** What is on its way stays pending, to be taken up by whoever loads it. */
  stop(): void {
    for (const cancel of this.timers) cancel();
    this.timers.clear();
    for (const call of this.calls) call.abort();
    for (const lane of this.lanes.values()) lane.clear();
    for (const gate of this.gates.values()) gate.clear();
    this.lanes.clear();
    this.gates.clear();
  }

  private schedule(delivery: Delivery): void {
    const waitMs = delivery.dueMs - this.parts.clock.nowMs();
    if (waitMs <= 0) {
      this.pass(delivery);
      return;
    }
    const cancel = this.parts.clock.setTimeout(() => {
      this.timers.delete(cancel);
      this.pass(delivery);
    }, waitMs);
    this.timers.add(cancel);
  }

  private pass(delivery: Delivery): void {
    const lane = this.lane(delivery.target.Arn);
    if (delivery.attempts > 0) lane.push(delivery);
    else this.gate(delivery.target.Arn, lane).pass(delivery);
  }

  private lane(arn: string): DeliveryLane {
    const { assumptions, clock, repository } = this.parts;
    const settings = {
      ratePerSecond: () => repository.destinations.findByArn(arn)?.ratePerSecond ?? DEFAULT_RATE_PER_SECOND,
      orderPatienceMs: () => assumptions.get('orderPatienceMs'),
    };
    const lane = this.lanes.get(arn) ?? new DeliveryLane(clock, (delivery) => this.attempt(delivery), settings);
    this.lanes.set(arn, lane);
    return lane;
  }

  private gate(arn: string, lane: DeliveryLane): OvertakingGate {
    const { clock, assumptions } = this.parts;
    const holdMs = () => assumptions.get('reorderHoldSeconds') * MS_PER_SECOND;
    const gate = this.gates.get(arn) ?? new OvertakingGate(clock, lane, holdMs, this.log);
    this.gates.set(arn, gate);
    return gate;
  }

  private async attempt(delivery: Delivery): Promise<void> {
    const { repository, clock } = this.parts;
    const destination = repository.destinations.findByArn(delivery.target.Arn);
    const connection = destination && repository.connections.findByArn(destination.connectionArn);
    if (!destination || !connection) return this.finish(delivery, () => this.drop(delivery, 'destination_gone'));
    this.log.counts.attempts += 1;
    const { target, body } = delivery;
    const call = new AbortController();
    this.calls.add(call);
    const result = await invoke({ destination, connection, target, body, clock, call });
    this.calls.delete(call);
    // Reset or stopped meanwhile: whoever took the delivery over goes on with it.
    if (this.pending.get(delivery.id) !== delivery || result.isInterrupted) return;
    delivery.attempts += 1;
    this.settle(delivery, result);
  }

  private settle(delivery: Delivery, result: AttemptResult): void {
    const { assumptions, chaos, clock, logger } = this.parts;
    const { attempts, firstMs, target, n } = delivery;
    const nowMs = clock.nowMs();
    const jitter = seeded('retry', chaos.settings.seed, n, attempts)();
    const verdict = judge(
      { result, attempts, firstMs, nowMs, jitter },
      {
        retries: target.RetryPolicy?.MaximumRetryAttempts ?? MOST_RETRIES,
        ageMs: (target.RetryPolicy?.MaximumEventAgeInSeconds ?? LONGEST_AGE_MS / MS_PER_SECOND) * MS_PER_SECOND,
        firstDelayMs: assumptions.get('retryFirstDelaySeconds') * MS_PER_SECOND,
        longestDelayMs: assumptions.get('retryLongestDelaySeconds') * MS_PER_SECOND,
      },
    );
    if (verdict.kind === 'retry') {
      this.log.counts.retried += 1;
      delivery.dueMs = nowMs + verdict.delayMs;
      this.schedule(delivery);
      this.parts.changed();
      return;
    }
    this.finish(delivery, () => {
      if (verdict.kind === 'dropped') {
        logger.warn({ eventId: delivery.eventId, reason: verdict.reason, ...result }, 'an event was dropped');
        return this.drop(delivery, verdict.reason, result.status);
      }
      this.log.add({ ...this.outcomeOf(delivery), outcome: 'delivered', attempts, status: result.status });
    });
  }

  private finish(delivery: Delivery, note: () => void): void {
    this.pending.delete(delivery.id);
    note();
    this.parts.changed();
  }

  private drop(delivery: Submission & { attempts: number }, reason: string, status?: number): void {
    this.log.add({ ...this.outcomeOf(delivery), outcome: 'dropped', attempts: delivery.attempts, reason, status });
  }

  private outcomeOf({ eventId, eventName }: Submission) {
    return { time: this.parts.clock.iso(), eventId, eventName };
  }
}

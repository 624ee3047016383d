import type { Target } from './eventbridge.schema.js';

/** One event on its way to one target. */
export interface Delivery {
  id: string;
  n: number;
  ruleArn: string;
  target: Target;
  eventId: string;
  eventName?: string | undefined;
  /** The event's JSON, the same text for every copy and attempt. */
  body: string;
  attempts: number;
  firstMs: number;
  dueMs: number;
  isHeld: boolean;
}

export interface Outcome {
  time: string;
  eventId: string;
  eventName?: string | undefined;
  outcome: 'delivered' | 'dropped' | 'lost';
  attempts: number;
  status?: number | undefined;
  reason?: string | undefined;
}

// What `GET /_control/deliveries` shows of the past.
const KEPT_OUTCOMES = 500;

/** Counts since the start or the last reset. */
export class DeliveryLog {
  counts = zero();
  dropReasons: Record<string, number> = {};
  private outcomes: Outcome[] = [];

  add(outcome: Outcome): void {
    this.counts[outcome.outcome] += 1;
    if (outcome.outcome === 'dropped') {
      const reason = outcome.reason ?? 'unknown';
      this.dropReasons[reason] = (this.dropReasons[reason] ?? 0) + 1;
    }
    this.outcomes.push(outcome);
    if (this.outcomes.length > KEPT_OUTCOMES) this.outcomes.shift();
  }

  recent(): Outcome[] {
    return this.outcomes;
  }

  clear(): void {
    this.counts = zero();
    this.dropReasons = {};
    this.outcomes = [];
  }
}

const zero = () => ({
  submitted: 0,
  attempts: 0,
  delivered: 0,
  retried: 0,
  dropped: 0,
  lost: 0,
  duplicated: 0,
  delayed: 0,
  /** Held back, and overtaken by another event. */
  reordered: 0,
  /** Held back, but nothing came to overtake them. */
  reorderExpired: 0,
});

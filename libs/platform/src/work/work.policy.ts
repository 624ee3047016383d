import type { WorkKind } from '#contracts';

interface WorkPolicy {
  /** After this many failed attempts the row is `failed`: visible with its reason, to be retried by an operator. */
  maxAttempts: number;
  firstBackoffMs: number;
  longestBackoffMs: number;
}

/** How each kind of work is retried. */
export const WORK_POLICIES: Record<WorkKind, WorkPolicy> = {
  // A stage left running costs money: half a day of tries at five-minute steps before a person is asked.
  'session.teardown': { maxAttempts: 150, firstBackoffMs: 500, longestBackoffMs: 300_000 },
  // Doubt about one participant: worth a few looks; the next event of the stage asks again.
  'stage.observe': { maxAttempts: 8, firstBackoffMs: 1_000, longestBackoffMs: 60_000 },
  // A key that stays takes one of three places; an hour of tries is enough to get past a throttled minute.
  'key.delete': { maxAttempts: 20, firstBackoffMs: 1_000, longestBackoffMs: 300_000 },
  // Whoever was kicked must not stay: a day of tries, the first ones close together.
  'participant.disconnect': { maxAttempts: 300, firstBackoffMs: 250, longestBackoffMs: 300_000 },
  // A demotion that is not enforced is a publisher too many: a day of tries, as for a kick.
  'participant.role': { maxAttempts: 300, firstBackoffMs: 250, longestBackoffMs: 300_000 },
  // Housekeeping makes itself due again whatever happens.
  'log.trim': { maxAttempts: 1_000_000, firstBackoffMs: 10_000, longestBackoffMs: 600_000 },
};

/** Exponential, so that a broken dependency is left in peace; `attempt` counts from 1. */
export function backoffMs(policy: WorkPolicy, attempt: number): number {
  // 2^30 overflows no number and is beyond every cap.
  return Math.min(policy.longestBackoffMs, policy.firstBackoffMs * 2 ** Math.min(attempt - 1, 30));
}

import type { Lane } from '#contracts';

/** The lanes in which one process has calls waiting, and when the first and the last of them came. */
export interface Waiting {
  /** Until then the process is believed to be alive: it asks again before. */
  untilMs: number;
  lanes: Partial<Record<Lane, { count: number; sinceMs: number; lastMs: number }>>;
}

/**
 * What all processes know together of one operation in one region. Times are the store's, in real milliseconds. Losing it
 * (a flushed Redis, a crashed Postgres) costs a pause of some hundred milliseconds, nothing else.
 */
export interface BudgetState {
  /** The earliest moment of the next call: the theoretical arrival time of a GCRA with burst 1. */
  nextMs: number;
  /** The share of the quota that is used, from `paceSinceMs` on growing back to 1. */
  pace: number;
  paceSinceMs: number;
  /** By process. */
  waiting: Record<string, Waiting>;
  /** How often in a row a waiting lane was passed over by more urgent ones. */
  passed: Partial<Record<Lane, number>>;
  lastLane: Lane | undefined;
  totals: { permits: number; throttles: number };
  /** How many waited up to WAIT_BUCKETS[i] seconds, the last for longer; and all of it together. */
  waits: number[];
  waitedMs: number;
  /** Permits by second (of the clock) of the last minute, oldest first. */
  seconds: [second: number, count: number][];
}

/** Seconds. 2 is where an interactive call is refused; background work may wait for minutes. */
export const WAIT_BUCKETS = [0.01, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300] as const;

/** @param nextMs when the first call may go out */
export function emptyState(nextMs: number): BudgetState {
  return {
    nextMs,
    pace: 1,
    paceSinceMs: 0,
    waiting: {},
    passed: {},
    lastLane: undefined,
    totals: { permits: 0, throttles: 0 },
    waits: Array.from({ length: WAIT_BUCKETS.length + 1 }, () => 0),
    waitedMs: 0,
    seconds: [],
  };
}

import type { BudgetState } from './budget.state.js';

/** One operation's quota in real time. */
export interface Pace {
  /** Real milliseconds between two calls, when nothing was learned from throttling. */
  periodMs: number;
  /** A second of the clock, in real milliseconds. */
  secondMs: number;
}

// Two calls that leave 200 ms apart do not arrive so: without slack, five calls in some second become six on arrival.
// Real time, since networks and event loops do not run faster in a rehearsal.
const JITTER_MS = 40;
// A throttled operation has half its rate, after several throttles in a row a sixteenth: enough to notice a recovery.
const SLOWEST = 1 / 16;
// From half the rate back to all of it takes half a minute of the clock.
const RECOVERY_SECONDS = 60;

/** @param scale how much faster than real time the clock runs, AWS's quotas with it */
export function paceOf(limit: number, scale: number): Pace {
  const secondMs = 1_000 / scale;
  return { periodMs: (secondMs + JITTER_MS) / limit, secondMs };
}

/** The share of the quota that is used now, from SLOWEST to 1. */
export function shareAt(state: BudgetState, nowMs: number, pace: Pace): number {
  const grown = Math.max(0, nowMs - state.paceSinceMs) / (RECOVERY_SECONDS * pace.secondMs);
  return Math.min(1, state.pace + grown);
}

export function intervalAt(state: BudgetState, nowMs: number, pace: Pace): number {
  return pace.periodMs / shareAt(state, nowMs, pace);
}

/**
 * After a ThrottlingException: a second of silence, then half the rate. Several in the same second are one lesson.
 */
export function slowDown(state: BudgetState, nowMs: number, pace: Pace): BudgetState {
  const totals = { ...state.totals, throttles: state.totals.throttles + 1 };
  const isSameLesson = state.pace < 1 && nowMs - state.paceSinceMs < pace.secondMs;
  if (isSameLesson) return { ...state, totals };
  return {
    ...state,
    totals,
    pace: Math.max(SLOWEST, shareAt(state, nowMs, pace) / 2),
    paceSinceMs: nowMs,
    nextMs: Math.max(state.nextMs, nowMs + pace.secondMs),
  };
}

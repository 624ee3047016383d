import { Lane } from '#contracts';
import type { BudgetState } from './budget.state.js';

/** Most urgent first. */
export const LANES: readonly Lane[] = Lane.options;

export function eachLane<T>(of: (lane: Lane) => T): Record<Lane, T> {
  return Object.fromEntries(LANES.map((lane) => [lane, of(lane)])) as Record<Lane, T>;
}

// A lane that waits gets at least every eighth call, however many more urgent ones there are.
const PASSED_OVER_MOST = 7;

/**
 * Whose turn it is among the lanes that wait: the most urgent, except that a lane that was passed over seven times in a
 * row comes next. A moderator's call waits for one such exception at most.
 */
export function nextLane(state: BudgetState, isWaiting: (lane: Lane) => boolean): Lane | undefined {
  const waiting = LANES.filter(isWaiting);
  if (waiting[0] === 'moderation' && state.lastLane !== 'moderation') return 'moderation';
  const [neglected] = waiting
    .filter((lane) => passedOver(state, lane) >= PASSED_OVER_MOST)
    .sort((a, b) => passedOver(state, b) - passedOver(state, a));
  return neglected ?? waiting[0];
}

/** How often each waiting lane has been passed over, once `served` had its turn. */
export function passedAfter(
  state: BudgetState,
  served: Lane,
  isWaiting: (lane: Lane) => boolean,
): BudgetState['passed'] {
  const isLessUrgent = (lane: Lane) => LANES.indexOf(lane) > LANES.indexOf(served);
  const counts = LANES.filter((lane) => lane !== served && isWaiting(lane)).map((lane) => [
    lane,
    passedOver(state, lane) + (isLessUrgent(lane) ? 1 : 0),
  ]);
  return Object.fromEntries(counts);
}

const passedOver = (state: BudgetState, lane: Lane) => state.passed[lane] ?? 0;

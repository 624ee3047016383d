import { doubtful, type LiveState } from '#ivs';

/** Two stage sessions are known and IVS has not said when each began: which of them is over is only a guess. */
export function isOrderUnsure(state: LiveState): boolean {
  if (state.stageSessions.size < 2) return false;
  return [...state.stageSessions.values()].some(({ startedUs }) => startedUs === undefined);
}

/** Whether the events alone leave something open that IVS can answer. */
export function needsObservation(state: LiveState): boolean {
  return state.session.status !== 'ended' && (isOrderUnsure(state) || doubtful(state).length > 0);
}

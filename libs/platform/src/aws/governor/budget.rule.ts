import type { Lane } from '#contracts';
import { type BudgetState, emptyState, WAIT_BUCKETS, type Waiting } from './budget.state.js';
import { eachLane, nextLane, passedAfter } from './lane.rule.js';
import { intervalAt, type Pace } from './pace.rule.js';
import { type Waiter, WaitingLine } from './waiting-line.js';

/** What a process that has calls waiting asks of the budget. */
export interface Ask {
  process: string;
  /** Longest first. */
  waiters: readonly Waiter[];
  /** The process had seen this budget before: if it is gone, others may have given permits that nobody knows of now. */
  isKnown: boolean;
}

export interface Answer {
  /** Calls that may go out after this time. */
  permits: { id: number; inMs: number }[];
  /** Interactive calls that would wait too long, and how long. */
  refused: { id: number; waitMs: number }[];
  /** When to ask again; undefined when nothing waits any more. */
  againInMs: number | undefined;
}

// Permits are given this early, so that neither timers nor the way to the store cost any of the rate. It is also what a
// more urgent call of another process may have to wait for in addition.
export const LEAD_MS = 40;
// A process that did not ask again in time is stalled or dead, and is not waited for any longer than this.
export const GRACE_MS = 150;
/** How long somebody who waits for an answer is kept waiting for AWS's quota. Real time: people and their apps are. */
export const INTERACTIVE_PATIENCE_MS = 2_000;
// The turn is another process's, which asks within LEAD_MS or is dead.
const NOT_MY_TURN_MS = 15;
const KEPT_SECONDS = 60;

/** The whole decision: who goes next and when, and who is refused. Pure; the store applies it atomically. */
export function take(
  before: BudgetState | undefined,
  ask: Ask,
  nowMs: number,
  pace: Pace,
): { state: BudgetState; result: Answer } {
  const fresh = before ?? emptyState(ask.isKnown ? nowMs + LEAD_MS + pace.periodMs : nowMs);
  const others = livingOthers(fresh, ask.process, nowMs);
  const queue = new WaitingLine(ask.waiters, Object.values(others), nowMs);
  const { state, permits, isOthersTurn } = permit(fresh, queue, nowMs, pace);
  const nextInMs = Math.max(0, state.nextMs - nowMs);
  const refused = queue.refuse(nextInMs, intervalAt(state, nowMs, pace), INTERACTIVE_PATIENCE_MS);
  const againInMs = queue.isEmpty ? undefined : isOthersTurn ? NOT_MY_TURN_MS : Math.max(1, nextInMs - LEAD_MS);
  const own =
    againInMs === undefined
      ? {}
      : { [ask.process]: { untilMs: nowMs + againInMs + GRACE_MS, lanes: queue.registration() } };
  return { state: { ...state, waiting: { ...others, ...own } }, result: { permits, refused, againInMs } };
}

/** Gives out what is due within LEAD_MS, as long as it is this process's turn. */
function permit(start: BudgetState, queue: WaitingLine, nowMs: number, pace: Pace) {
  let state = start;
  const permits: Answer['permits'] = [];
  for (let atMs = firstSlot(state, nowMs); atMs <= nowMs + LEAD_MS; atMs = firstSlot(state, nowMs)) {
    const lane = nextLane(state, queue.isWaiting);
    if (!lane) break;
    const waiter = queue.shiftIfFirst(lane);
    if (!waiter) return { state, permits, isOthersTurn: true };
    const passed = passedAfter(state, lane, queue.isWaiting);
    const waitedMs = waiter.waitedMs + atMs - nowMs;
    state = { ...permitted(state, { atMs, waitedMs, pace, nowMs }), passed, lastLane: lane };
    permits.push({ id: waiter.id, inMs: atMs - nowMs });
  }
  return { state, permits, isOthersTurn: false };
}

/** How many calls wait in each lane, in all processes together that are alive. */
export function queueOf(state: BudgetState, nowMs: number): Record<Lane, number> {
  const living = Object.values(state.waiting).filter((one) => one.untilMs >= nowMs);
  return eachLane((lane) => living.reduce((sum, one) => sum + (one.lanes[lane]?.count ?? 0), 0));
}

/** Permits in the last second and minute of the clock. The second is a sliding one, by the share of the one before. */
export function usedOf(state: BudgetState, nowMs: number, pace: Pace): { lastSecond: number; lastMinute: number } {
  const second = Math.floor(nowMs / pace.secondMs);
  const counts = new Map(state.seconds);
  const share = 1 - (nowMs / pace.secondMs - second);
  const lastSecond = Math.round((counts.get(second) ?? 0) + (counts.get(second - 1) ?? 0) * share);
  const inMinute = state.seconds.filter(([at]) => at > second - KEPT_SECONDS);
  return { lastSecond, lastMinute: inMinute.reduce((sum, [, count]) => sum + count, 0) };
}

function permitted(
  state: BudgetState,
  { atMs, waitedMs, pace, nowMs }: { atMs: number; waitedMs: number; pace: Pace; nowMs: number },
): BudgetState {
  const bucket = WAIT_BUCKETS.findIndex((seconds) => waitedMs <= seconds * 1_000);
  const index = bucket < 0 ? WAIT_BUCKETS.length : bucket;
  return {
    ...state,
    nextMs: atMs + intervalAt(state, nowMs, pace),
    totals: { ...state.totals, permits: state.totals.permits + 1 },
    waits: state.waits.map((count, at) => (at === index ? count + 1 : count)),
    waitedMs: state.waitedMs + Math.round(waitedMs),
    seconds: counted(state.seconds, Math.floor(atMs / pace.secondMs)),
  };
}

function counted(seconds: BudgetState['seconds'], second: number): BudgetState['seconds'] {
  const kept = seconds.filter(([at]) => at > second - KEPT_SECONDS && at !== second);
  const before = seconds.find(([at]) => at === second)?.[1] ?? 0;
  return [...kept, [second, before + 1]];
}

/** A call that left late pushes the next one back, or the two would arrive too close to each other. */
export function afterLateCall(state: BudgetState, sentMs: number, nowMs: number, pace: Pace): BudgetState {
  return { ...state, nextMs: Math.max(state.nextMs, sentMs + intervalAt(state, nowMs, pace)) };
}

function livingOthers(state: BudgetState, process: string, nowMs: number): Record<string, Waiting> {
  const living = Object.entries(state.waiting).filter(([name, one]) => name !== process && one.untilMs >= nowMs);
  return Object.fromEntries(living);
}

const firstSlot = (state: BudgetState, nowMs: number) => Math.max(nowMs, state.nextMs);

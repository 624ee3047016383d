import type { Lane } from '#contracts';
import { type BudgetState, emptyState, WAIT_BUCKETS, type Waiting } from './budget.state.js';
import { LANES, nextLane, passedAfter } from './lane.rule.js';
import { intervalAt, type Pace } from './pace.rule.js';

/** What a process that has calls waiting asks of the budget. */
export interface Ask {
  process: string;
  /** How long its calls have waited, in milliseconds, longest first. All lanes; nobody waits where there is none. */
  waitedMs: Partial<Record<Lane, readonly number[]>>;
  /** How long ago its last call left, when that was later than its permit said. */
  sentAgoMs?: number;
  /** The process had seen this budget before: if it is gone, others may have given permits that nobody knows of now. */
  isKnown: boolean;
}

export interface Answer {
  /** Calls that may go out, each of this lane and after this time. */
  permits: { lane: Lane; inMs: number }[];
  /** When to ask again; undefined when nothing waits any more. */
  againInMs: number | undefined;
  /** What stands between a call that comes now and its permit. */
  nextInMs: number;
  intervalMs: number;
  queue: Record<Lane, number>;
}

// Permits are given this early, so that neither timers nor the way to the store cost any of the rate. It is also what a
// more urgent call of another process may have to wait for in addition.
export const LEAD_MS = 40;
// A process that did not ask again in time is stalled or dead, and is not waited for any longer than this.
export const GRACE_MS = 150;
// The turn is another process's, which asks within LEAD_MS or is dead.
const NOT_MY_TURN_MS = 15;
const KEPT_SECONDS = 60;

type Sinces = Record<Lane, number[]>;

/** The whole decision: who goes next, and when. Pure; the store applies it atomically. */
export function take(
  before: BudgetState | undefined,
  ask: Ask,
  nowMs: number,
  pace: Pace,
): { state: BudgetState; result: Answer } {
  let state = before ?? emptyState(ask.isKnown ? nowMs + LEAD_MS + pace.periodMs : nowMs);
  const others = livingOthers(state, ask.process, nowMs);
  const mine = byLane((lane) => (ask.waitedMs[lane] ?? []).map((waitedMs) => nowMs - waitedMs));
  const theirs = byLane((lane) =>
    Object.values(others)
      .flatMap((one) => one.lanes[lane]?.sinceMs ?? [])
      .sort((a, b) => a - b),
  );
  const isWaiting = (lane: Lane) => mine[lane].length > 0 || theirs[lane].length > 0;
  if (ask.sentAgoMs !== undefined) state = afterLateCall(state, nowMs - ask.sentAgoMs, nowMs, pace);
  const permits: Answer['permits'] = [];
  let isOthersTurn = false;
  for (let atMs = firstSlot(state, nowMs); atMs <= nowMs + LEAD_MS; atMs = firstSlot(state, nowMs)) {
    const lane = nextLane(state, isWaiting);
    if (!lane) break;
    isOthersTurn = !isMine(mine[lane], theirs[lane]);
    if (isOthersTurn) break;
    const sinceMs = mine[lane].shift() ?? nowMs;
    state = permitted(state, { lane, atMs, sinceMs, nowMs, pace, passed: passedAfter(state, lane, isWaiting) });
    permits.push({ lane, inMs: atMs - nowMs });
  }
  const isDone = LANES.every((lane) => mine[lane].length === 0);
  const nextInMs = Math.max(0, state.nextMs - nowMs);
  const againInMs = isDone ? undefined : isOthersTurn ? NOT_MY_TURN_MS : Math.max(1, nextInMs - LEAD_MS);
  const own = againInMs === undefined ? {} : { [ask.process]: registration(mine, nowMs + againInMs + GRACE_MS) };
  state = { ...state, waiting: { ...others, ...own } };
  const result = { permits, againInMs, nextInMs, intervalMs: intervalAt(state, nowMs, pace), queue: queueOf(state) };
  return { state, result };
}

/** How many calls wait in each lane, in all processes together that are alive. */
export function queueOf(state: BudgetState, nowMs = 0): Record<Lane, number> {
  const living = Object.values(state.waiting).filter((one) => one.untilMs >= nowMs);
  return byLane((lane) => living.reduce((sum, one) => sum + (one.lanes[lane]?.count ?? 0), 0));
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
  permit: { lane: Lane; atMs: number; sinceMs: number; nowMs: number; pace: Pace; passed: BudgetState['passed'] },
): BudgetState {
  const { lane, atMs, pace, passed } = permit;
  const waitedMs = Math.max(0, atMs - permit.sinceMs);
  const bucket = WAIT_BUCKETS.findIndex((seconds) => waitedMs <= seconds * 1_000);
  const index = bucket < 0 ? WAIT_BUCKETS.length : bucket;
  return {
    ...state,
    nextMs: atMs + intervalAt(state, permit.nowMs, pace),
    passed,
    lastLane: lane,
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
function afterLateCall(state: BudgetState, sentMs: number, nowMs: number, pace: Pace): BudgetState {
  return { ...state, nextMs: Math.max(state.nextMs, sentMs + intervalAt(state, nowMs, pace)) };
}

function livingOthers(state: BudgetState, process: string, nowMs: number): Record<string, Waiting> {
  const living = Object.entries(state.waiting).filter(([name, one]) => name !== process && one.untilMs >= nowMs);
  return Object.fromEntries(living);
}

function registration(mine: Sinces, untilMs: number): Waiting {
  const lanes = LANES.flatMap((lane) => {
    const [sinceMs] = mine[lane];
    return sinceMs === undefined ? [] : [[lane, { count: mine[lane].length, sinceMs }]];
  });
  return { untilMs, lanes: Object.fromEntries(lanes) };
}

const firstSlot = (state: BudgetState, nowMs: number) => Math.max(nowMs, state.nextMs);

/** Of the same lane whoever has waited longest goes first. */
function isMine([mine]: readonly number[], [theirs]: readonly number[]): boolean {
  return mine !== undefined && (theirs === undefined || mine <= theirs);
}

function byLane<T>(of: (lane: Lane) => T): Record<Lane, T> {
  return Object.fromEntries(LANES.map((lane) => [lane, of(lane)])) as Record<Lane, T>;
}

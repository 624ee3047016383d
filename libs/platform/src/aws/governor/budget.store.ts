import type { BudgetState } from './budget.state.js';

/** What becomes of a budget, and what whoever asked is told. Pure: run again when another process was faster. */
export type Change<T> = (
  state: BudgetState | undefined,
  nowMs: number,
  /** Of the quota; below 1 when the other processes cannot be asked. */
  share: number,
) => { state: BudgetState; result: T };

export interface KeptBudget {
  key: string;
  state: BudgetState;
  /** The store's time, which every time in the state is. */
  nowMs: number;
}

/** Where all processes keep their budgets. Contract: each change is applied to the state that the one before it left. */
export interface BudgetStore {
  update<T>(key: string, change: Change<T>): Promise<T>;
  list(): Promise<KeptBudget[]>;
  close(): Promise<void>;
}

// Whoever loses a race has been overtaken by one that won it; losing this often means a store that keeps nothing.
export const MOST_RACES = 200;

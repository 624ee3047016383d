import type { BudgetState } from './budget.state.js';
import type { BudgetStore, Change, KeptBudget } from './budget.store.js';

/** The budget of one process: for what runs before there is a database, and while the shared one cannot be reached. */
export class MemoryBudget implements BudgetStore {
  private readonly states = new Map<string, BudgetState>();

  /** @param share of the quota: less than 1 when other processes use it as well */
  constructor(private readonly share = 1) {}

  async update<T>(key: string, change: Change<T>): Promise<T> {
    const { state, result } = change(this.states.get(key), performance.now(), this.share);
    this.states.set(key, state);
    return result;
  }

  async list(): Promise<KeptBudget[]> {
    return [...this.states].map(([key, state]) => ({ key, state, nowMs: performance.now() }));
  }

  async close(): Promise<void> {}
}

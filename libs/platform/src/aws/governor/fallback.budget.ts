import type { Logger } from 'pino';
import type { BudgetStore, Change, KeptBudget } from './budget.store.js';
import { MemoryBudget } from './memory.budget.js';

// A kick waits for this once; with a store that answers in a millisecond it is an outage.
const PATIENCE_MS = 1_500;
const LEFT_IN_PEACE_MS = 1_000;
// Several processes use it at the same time and cannot ask each other. What AWS refuses nevertheless is tried again.
const SHARE = 0.25;

/**
 * Calls to AWS go on while the shared budget cannot be reached: each process then keeps to a quarter of the quota. Looks for
 * the shared one every second.
 */
export class FallbackBudget implements BudgetStore {
  private readonly own = new MemoryBudget(SHARE);
  private awayUntilMs = 0;
  private isAway = false;

  constructor(
    private readonly shared: BudgetStore,
    private readonly logger: Logger,
  ) {}

  async update<T>(key: string, change: Change<T>): Promise<T> {
    if (performance.now() < this.awayUntilMs) return this.own.update(key, change);
    try {
      const result = await withinPatience(this.shared.update(key, change));
      if (this.isAway) this.logger.info('the budget of AWS calls is shared again');
      this.isAway = false;
      return result;
    } catch (error) {
      if (!this.isAway)
        this.logger.warn({ err: error }, 'the budget of AWS calls cannot be shared; going on with a quarter');
      this.isAway = true;
      this.awayUntilMs = performance.now() + LEFT_IN_PEACE_MS;
      return this.own.update(key, change);
    }
  }

  /** @throws when the shared budget cannot be reached: what one process knows is no answer */
  list(): Promise<KeptBudget[]> {
    return withinPatience(this.shared.list());
  }

  close(): Promise<void> {
    return this.shared.close();
  }
}

async function withinPatience<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

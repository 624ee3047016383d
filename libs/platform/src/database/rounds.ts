import { setTimeout } from 'node:timers/promises';

// A round costs a statement whatever its size. At 1,000 requests a second five come along, for some milliseconds of waiting.
const REST_MS = 5;

/**
 * Rounds of work, one at a time, each with all that came up during the one before and a short rest after it. In a rush that
 * is one statement for many; who comes after a rest waits for nobody.
 */
export class Rounds {
  private isBusy = false;

  /** @param round takes what waits, or as much as one statement should hold; it must not throw */
  constructor(
    private readonly isWaiting: () => boolean,
    private readonly round: () => Promise<void>,
  ) {}

  /** Call when something waits. */
  wake(): void {
    if (this.isBusy) return;
    this.isBusy = true;
    // What else this turn of the event loop brings comes along.
    setImmediate(() => void this.run());
  }

  private async run(): Promise<void> {
    while (this.isWaiting()) {
      await this.round();
      await setTimeout(REST_MS);
    }
    this.isBusy = false;
  }
}

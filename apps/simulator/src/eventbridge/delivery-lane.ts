import type { Clock } from '#platform/clock';
import { SlidingWindow } from '../protocol/sliding-window.js';
import type { Delivery } from './delivery.records.js';

const RATE_STEP_MS = 20;

/**
 * The way to one destination. Attempts begin in the order of the lane, each when the one before was answered or has
 * taken too long (in real time: that is a matter of machines), so that an order which chaos decided is the order that arrives. The destination's rate limit holds here.
 */
export class DeliveryLane {
  private queue: Delivery[] = [];
  private window = new SlidingWindow(0);
  private isRunning = false;

  constructor(
    private readonly clock: Clock,
    private readonly attempt: (delivery: Delivery) => Promise<void>,
    private readonly settings: { ratePerSecond(): number; orderPatienceMs(): number },
  ) {}

  push(delivery: Delivery): void {
    this.queue.push(delivery);
    if (!this.isRunning) void this.run();
  }

  clear(): void {
    this.queue = [];
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    for (let next = this.queue.shift(); next; next = this.queue.shift()) {
      await this.waitForRate();
      await Promise.race([this.attempt(next), this.clock.sleep(this.settings.orderPatienceMs() * this.clock.scale)]);
    }
    this.isRunning = false;
  }

  private async waitForRate(): Promise<void> {
    const rate = this.settings.ratePerSecond();
    if (this.window.tps !== rate) this.window = new SlidingWindow(rate);
    while (!this.window.admit(this.clock.nowMs())) await this.clock.sleep(RATE_STEP_MS);
  }
}

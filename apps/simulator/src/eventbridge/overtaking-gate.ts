import type { Clock } from '#platform/clock';
import type { Delivery, DeliveryLog } from './delivery.records.js';
import type { DeliveryLane } from './delivery-lane.js';

/**
 * Where deliveries to one destination overtake each other: one that chaos holds back goes right behind the next delivery
 * of another event, so its place among the others really changes. When none comes it goes after a while.
 */
export class OvertakingGate {
  private held: Delivery[] = [];
  private cancelExpiry: () => void = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly lane: DeliveryLane,
    private readonly holdMs: () => number,
    private readonly log: DeliveryLog,
  ) {}

  pass(delivery: Delivery): void {
    const isAlone = this.held.every((one) => one.eventId === delivery.eventId);
    // Copies of a held event are held with it, else the event itself would arrive in its place.
    if (isAlone && (delivery.isHeld || this.held.length > 0)) {
      this.hold(delivery);
      return;
    }
    this.lane.push(delivery);
    this.log.counts.reordered += this.held.length;
    this.release();
  }

  clear(): void {
    this.held = [];
    this.cancelExpiry();
  }

  private hold(delivery: Delivery): void {
    this.held.push(delivery);
    if (this.held.length > 1) return;
    this.cancelExpiry = this.clock.setTimeout(() => {
      this.log.counts.reorderExpired += this.held.length;
      this.release();
    }, this.holdMs());
  }

  private release(): void {
    this.cancelExpiry();
    const held = this.held;
    this.held = [];
    for (const delivery of held) this.lane.push(delivery);
  }
}

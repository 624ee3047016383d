const WINDOW_MS = 1_000;

/**
 * At most `tps` calls in any second, wherever that second begins: the strictest reading of "calls per second". A rate
 * below one is one call in 1/tps seconds.
 */
export class SlidingWindow {
  private admitted: number[] = [];

  constructor(readonly tps: number) {}

  /** @returns whether the call is within the rate; only calls within it count */
  admit(nowMs: number): boolean {
    if (this.tps <= 0) return false;
    const windowMs = this.tps < 1 ? WINDOW_MS / this.tps : WINDOW_MS;
    this.admitted = this.admitted.filter((at) => at > nowMs - windowMs);
    if (this.admitted.length >= Math.max(1, Math.floor(this.tps))) return false;
    this.admitted.push(nowMs);
    return true;
  }
}

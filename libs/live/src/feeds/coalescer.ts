// Measured: in bursts the write to each socket is what costs, so a tenth of the writes is a tenth of the work. A viewer
// does not see 8 ms; a lone event does not wait at all.
const WINDOW_MS = 8;

/** Calls `flush` at once for the first of a burst, then at most once a window while more comes. */
export class Coalescer {
  private timer: NodeJS.Timeout | undefined;
  private isDue = false;

  constructor(private readonly flush: () => void) {}

  touch(): void {
    this.isDue = true;
    if (this.timer === undefined) this.fire();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isDue = false;
  }

  private fire(): void {
    this.timer = undefined;
    if (!this.isDue) return;
    this.isDue = false;
    this.timer = setTimeout(() => this.fire(), WINDOW_MS);
    this.flush();
  }
}

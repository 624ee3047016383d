/**
 * The only place that reads the machine's time. now = origin + scale × real time since origin, so that a rehearsal runs a
 * ten-minute show in thirty seconds with every expiry, grace period and stamp in step across processes.
 * A scale other than 1 is refused in production (see the Env schema).
 */
export abstract class Clock {
  /** How much faster than real time it runs; what concerns machines rather than shows (leases) is multiplied by it. */
  abstract readonly scale: number;
  abstract nowMs(): number;
  /** Runs `fn` after `ms` of clock time; the returned function cancels. Never keeps the process alive by itself. */
  abstract setTimeout(fn: () => void, ms: number): () => void;

  now(): Date {
    return new Date(this.nowMs());
  }

  /** RFC 3339 UTC with milliseconds. */
  iso(): string {
    return this.now().toISOString();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const cancel = this.setTimeout(done, ms);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}

// Node fires a timer at once when its delay does not fit 31 bits.
const LONGEST_TIMEOUT_MS = 2_147_483_647;

export class SystemClock extends Clock {
  private readonly originMs: number;

  constructor(
    readonly scale = 1,
    originMs: number = Date.now(),
  ) {
    super();
    this.originMs = originMs;
  }

  nowMs(): number {
    return this.originMs + Math.floor(this.scale * (Date.now() - this.originMs));
  }

  setTimeout(fn: () => void, ms: number): () => void {
    const dueMs = this.nowMs() + ms;
    let timer: NodeJS.Timeout;
    const arm = () => {
      const realMs = Math.ceil(Math.max(0, dueMs - this.nowMs()) / this.scale);
      timer = setTimeout(() => (realMs > LONGEST_TIMEOUT_MS ? arm() : fn()), Math.min(realMs, LONGEST_TIMEOUT_MS));
      timer.unref();
    };
    arm();
    return () => clearTimeout(timer);
  }
}

import { Child, type ChildSpec, NotReadyError } from './child.js';
import { DRAIN_LIMIT_MS } from './supervised.js';

/**
 * Keeps one process running: a child that dies is started again, at first after 250 ms, doubling up to 10 s while it
 * keeps dying; a minute of life forgives. Before it was ready for the first time only three starts are tried: what
 * fails then is a setting, and the person at the terminal wants to read it.
 */
const FIRST_BACKOFF_MS = 250;
const LONGEST_BACKOFF_MS = 10_000;
const FORGIVEN_AFTER_MS = 60_000;
const FIRST_ATTEMPTS = 3;
// A drain that takes all of its limit must still be able to exit by itself.
const KILL_AFTER_MS = DRAIN_LIMIT_MS + 1_000;

export const backoffMs = (deaths: number) =>
  Math.min(FIRST_BACKOFF_MS * 2 ** Math.max(0, deaths - 1), LONGEST_BACKOFF_MS);

export interface SupervisorEvents {
  /** Every time it serves; `restarts` is 0 the first time. */
  onReady?: (url: string | undefined, restarts: number) => void;
  /** Every time it died without being asked to. */
  onDeath?: (reason: string, retryInMs: number) => void;
  onSpawn?: (pid: number | undefined) => void;
}

export class Supervisor {
  private child: Child | undefined;
  private isStopping = false;
  private deaths = 0;
  private restarts = -1;
  private url: string | undefined;
  private wake: (() => void) | undefined;
  private running: Promise<void> | undefined;

  /** @param spec called for each start with where the process listened before, so that it can be given the same port */
  constructor(
    private readonly spec: (previousUrl: string | undefined) => ChildSpec,
    private readonly events: SupervisorEvents = {},
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @returns where it listens, when it serves for the first time. @throws NotReadyError */
  start(): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      this.running = this.keepRunning(resolve, reject);
    });
  }

  /** Lets it drain; afterwards nothing of it runs. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.wake?.();
    await this.child?.stop(KILL_AFTER_MS);
    await this.running;
  }

  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

  private async keepRunning(
    resolve: (url: string | undefined) => void,
    reject: (error: unknown) => void,
  ): Promise<void> {
    while (!this.isStopping) {
      const reason = await this.runOnce(resolve);
      if (this.isStopping) break;
      this.deaths += 1;
      if (this.restarts < 0 && this.deaths >= FIRST_ATTEMPTS) return reject(reason);
      const retryInMs = backoffMs(this.deaths);
      this.events.onDeath?.(describe(reason), retryInMs);
      await this.pause(retryInMs);
    }
    reject(new Error('stopped before it was ready'));
  }

  /** One life of the child. @returns why it ended */
  private async runOnce(resolve: (url: string | undefined) => void): Promise<unknown> {
    const child = new Child(this.spec(this.url));
    this.child = child;
    this.events.onSpawn?.(child.pid);
    try {
      this.url = await child.ready;
    } catch (error) {
      return error;
    }
    const forgive = setTimeout(() => {
      this.deaths = 0;
    }, FORGIVEN_AFTER_MS).unref();
    this.restarts += 1;
    this.events.onReady?.(this.url, this.restarts);
    resolve(this.url);
    const exit = await child.exited;
    clearTimeout(forgive);
    return exit.signal ?? `exit ${exit.code}`;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function describe(reason: unknown): string {
  if (reason instanceof NotReadyError) return reason.exit.signal ?? `exit ${reason.exit.code} before it was ready`;
  return String(reason);
}

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Lane } from '#contracts';

/** How urgent a call is, and whether somebody waits for its answer. */
export interface Urgency {
  lane: Lane;
  /** Refused at once when it would wait long; others wait for as long as it takes. */
  isInteractive: boolean;
}

const urgency = new AsyncLocalStorage<Urgency>();

/** Runs `fn` so that its calls to AWS stand in this lane and wait. A job runs in the lane that its policy names. */
export function inLane<T>(lane: Lane, fn: () => T): T {
  return urgency.run({ lane, isInteractive: false }, fn);
}

/** What `inLane` said, else undefined: the process's default. */
export const currentUrgency = (): Urgency | undefined => urgency.getStore();

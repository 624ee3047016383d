import { z } from 'zod';
import { seeded } from './seeded.js';

/**
 * What EventBridge does to deliveries when asked to: loses, doubles, holds back and delays shares of them. The fate of
 * the n-th delivery depends on the seed and n alone, so a seed repeats a rehearsal exactly; asking again starts at n = 1.
 */
const share = z.number().min(0).max(1);
// EventBridge keeps an event for a day.
const LONGEST_DELAY_MS = 86_400_000;
const delay = z.number().min(0).max(LONGEST_DELAY_MS);

export const ChaosSettings = z.strictObject({
  lose: share.default(0),
  duplicate: share.default(0),
  reorder: share.default(0),
  delayMs: z
    .tuple([delay, delay])
    .refine(([min, max]) => min <= max, 'the first number must not be above the second')
    .default([0, 0]),
  seed: z.int().default(1),
  only: z.array(z.string().min(1)).optional(),
});
export type ChaosSettings = z.infer<typeof ChaosSettings>;

export const CALM: ChaosSettings = ChaosSettings.parse({});

/** What will become of one delivery: how many copies, each after how long, and whether others overtake it. */
export interface Fate {
  isLost: boolean;
  isHeld: boolean;
  delaysMs: number[];
}

export function fateOf(settings: ChaosSettings, n: number): Fate {
  const next = seeded('fate', settings.seed, n);
  // Always the same number of draws in the same order, so that one share does not shift the others.
  const [isLost, isDoubled, isHeld] = [next() < settings.lose, next() < settings.duplicate, next() < settings.reorder];
  const [min, max] = settings.delayMs;
  const delays = [next(), next()].map((part) => Math.round(min + part * (max - min)));
  return { isLost, isHeld, delaysMs: isDoubled ? delays : delays.slice(0, 1) };
}

export class Chaos {
  settings: ChaosSettings = CALM;
  private n = 0;

  set(settings: ChaosSettings): void {
    this.settings = settings;
    this.n = 0;
  }

  /** The fate of the next delivery of an event with this name. */
  next(eventName: string | undefined): Fate {
    const { only } = this.settings;
    if (only && !only.includes(eventName ?? '')) return fateOf(CALM, 0);
    return fateOf(this.settings, ++this.n);
  }

  dump() {
    return { settings: this.settings, n: this.n };
  }

  load(dump: unknown): void {
    const { settings, n } = dump as { settings: ChaosSettings; n: number };
    this.settings = settings;
    this.n = n;
  }

  reset(): void {
    this.set(CALM);
  }
}

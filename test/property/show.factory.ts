import fc from 'fast-check';
import type { Edition } from './eventbridge.factory.js';
import { OPS, type Show, Stage, type Step } from './stage.js';

const US_PER_SECOND = 1_000_000;

/** @param editions which editions of IVS's events a show mixes */
export function shows(editions: readonly Edition[]): fc.Arbitrary<Show> {
  const step: fc.Arbitrary<Step> = fc.record({
    actor: fc.nat(4),
    // Publishing and stopping is most of what happens.
    op: fc.oneof({ weight: 3, arbitrary: fc.constantFrom('publish', 'unpublish') }, fc.constantFrom(...OPS)),
    deltaUs: fc.oneof(fc.integer({ min: 1, max: 400_000 }), fc.integer({ min: 1, max: 5 * US_PER_SECOND })),
    edition: fc.constantFrom(...editions),
    detail: fc.nat(6),
  });
  const stageSession = fc.record({
    steps: fc.array(step, { minLength: 1, maxLength: 14 }),
    gapUs: fc.integer({ min: US_PER_SECOND, max: 600 * US_PER_SECOND }),
    isStartAsked: fc.boolean(),
    isEndAsked: fc.boolean(),
  });
  return fc
    .record({ hasHost: fc.boolean(), stageSessions: fc.array(stageSession, { minLength: 1, maxLength: 3 }) })
    .map((plan) => new Stage(plan).play());
}

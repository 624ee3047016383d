import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { checkLog } from '#ivs/reducer/log.rule';
import { compareFacts } from '#ivs/reducer/order.rule';
import { facts, orderedFacts } from './fact.factory.js';
import { PROPERTY_TIMEOUT_MS, property } from './property.policy.js';
import { deliveries, run } from './run.js';

describe('The order of facts', () => {
  it('puts exactly one of two different facts before the other', () => {
    fc.assert(
      fc.property(orderedFacts, ([a, b]) => {
        expect(compareFacts(a, b) + compareFacts(b, a)).toBe(0);
        expect(compareFacts(a, b) === 0).toBe(isDeepStrictEqual(a, b));
      }),
      property(),
    );
  });

  it('is transitive', () => {
    fc.assert(
      fc.property(orderedFacts, (abc) => {
        const [first, second, third] = abc.sort(compareFacts);
        expect(compareFacts(first, second)).toBeLessThanOrEqual(0);
        expect(compareFacts(second, third)).toBeLessThanOrEqual(0);
        expect(compareFacts(first, third)).toBeLessThanOrEqual(0);
      }),
      property(),
    );
  });
});

describe('Facts that make no sense together', () => {
  const delivered = facts.chain((all) =>
    fc.record({ all: fc.constant(all), batches: deliveries(all), hasHost: fc.boolean() }),
  );

  it(
    'still end in one state and one view, in any order',
    () => {
      fc.assert(
        fc.property(delivered, ({ all, batches, hasHost }) => {
          const expected = run(hasHost, [all]);
          const actual = run(hasHost, batches);
          expect(actual.state).toEqual(expected.state);
          expect(actual.view).toEqual(expected.view);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'still make a legal log',
    () => {
      fc.assert(
        fc.property(delivered, ({ batches, hasHost }) => {
          expect(checkLog(run(hasHost, batches).log)).toEqual([]);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});

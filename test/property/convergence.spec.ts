import fc from 'fast-check';
import { checkLog } from '#ivs/reducer/log.rule';
import { doubtful } from '#ivs/reducer/participant.projection';
import type { Edition } from './eventbridge.factory.js';
import { PROPERTY_TIMEOUT_MS, property } from './property.policy.js';
import { deliveries, factsOf, run } from './run.js';
import { shows } from './show.factory.js';
import type { Show } from './stage.js';

const MIXED: Edition[] = ['current', 'coarse', 'legacy'];

function delivered(editions: Edition[]) {
  return shows(editions).chain((show) => fc.record({ show: fc.constant(show), batches: deliveries(show.items) }));
}

const inOrder = (show: Show) => run(show.hasHost, [show.items.flatMap(factsOf)]);

describe('Whatever of a show arrives, in whatever order and however often', () => {
  it.each([
    ['in the current edition', ['current']],
    ['in the legacy edition', ['legacy']],
    ['in editions mixed', MIXED],
  ] as [string, Edition[]][])(
    'the state and what clients see end the same, %s',
    (_, editions) => {
      fc.assert(
        fc.property(delivered(editions), ({ show, batches }) => {
          const expected = inOrder(show);
          const actual = run(
            show.hasHost,
            batches.map((batch) => batch.flatMap(factsOf)),
          );
          expect(actual.state).toEqual(expected.state);
          expect(actual.view).toEqual(expected.view);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'the log is legal and folds to what clients see',
    () => {
      fc.assert(
        fc.property(delivered(MIXED), ({ show, batches }) => {
          const { log } = run(
            show.hasHost,
            batches.map((batch) => batch.flatMap(factsOf)),
          );
          expect(checkLog(log)).toEqual([]);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'what clients see is what the stage really did, when times are precise',
    () => {
      fc.assert(
        fc.property(delivered(['current']), ({ show, batches }) => {
          const { view } = run(
            show.hasHost,
            batches.map((batch) => batch.flatMap(factsOf)),
          );
          const states = new Map(view.participants.map(({ participantId, state }) => [participantId, state]));
          expect(states).toEqual(show.truth);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'with times to the second only, what is not true is at least doubtful',
    () => {
      fc.assert(
        fc.property(delivered(['legacy']), ({ show, batches }) => {
          const { view, state } = run(
            show.hasHost,
            batches.map((batch) => batch.flatMap(factsOf)),
          );
          const inDoubt = new Set(doubtful(state).map(({ participantId }) => participantId));
          const wrong = view.participants.filter(({ participantId, state }) => show.truth.get(participantId) !== state);
          expect(wrong.filter(({ participantId }) => !inDoubt.has(participantId))).toEqual([]);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'whatever events are lost, asking IVS makes it true',
    () => {
      const lossy = shows(MIXED).chain((show) => {
        const told = show.items.map((item) => fc.tuple(fc.constant(item), fc.boolean()));
        return fc
          .tuple(...told)
          .map((items) => items.filter(([item, isLost]) => !('raw' in item) || !isLost).map(([item]) => item))
          .chain((items) => deliveries([...items, { facts: show.answers }]))
          .map((batches) => ({ show, batches }));
      });
      fc.assert(
        fc.property(lossy, ({ show, batches }) => {
          const { view, log } = run(
            show.hasHost,
            batches.map((batch) => batch.flatMap(factsOf)),
          );
          const present = view.participants.filter(({ state }) => state !== 'disconnected');
          expect(new Map(present.map(({ participantId, state }) => [participantId, state]))).toEqual(show.onStage);
          expect(checkLog(log)).toEqual([]);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});

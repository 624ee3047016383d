import fc from 'fast-check';
import { checkLog } from '#ivs/reducer/log.rule';
import { PROPERTY_TIMEOUT_MS, property } from './property.policy.js';
import { type Batch, deliveries, END, factsOf, run } from './run.js';
import { shows } from './show.factory.js';

/** A show that is ended once or twice at any point of its events' arrival. */
const endedShows = shows(['current', 'legacy']).chain((show) =>
  deliveries(show.items).chain((batches) =>
    fc.record({
      show: fc.constant(show),
      batches: fc.constant(batches.map((batch) => batch.flatMap(factsOf))),
      ends: fc.array(fc.nat(batches.length), { minLength: 1, maxLength: 2 }),
    }),
  ),
);

function withEnds(batches: readonly Batch[], ends: readonly number[]): { before: Batch[]; after: Batch[] } {
  const first = Math.min(...ends);
  const before = batches.slice(0, first);
  const after = batches.slice(first).flatMap((batch, index): Batch[] => {
    const isEndedAgain = ends.includes(first + index) && index > 0;
    return isEndedAgain ? ['end', batch] : [batch];
  });
  return { before, after };
}

describe('A session that is ended while its events still arrive', () => {
  it(
    'has a legal log, one session.ended and nothing of the session after it',
    () => {
      fc.assert(
        fc.property(endedShows, ({ show, batches, ends }) => {
          const { before, after } = withEnds(batches, ends);
          const { log } = run(show.hasHost, [...before, 'end', ...after]);
          expect(checkLog(log)).toEqual([]);
          expect(log.filter(({ type }) => type === 'session.ended')).toHaveLength(1);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'keeps itself and the state of everyone that was known, and shows newcomers as disconnected',
    () => {
      fc.assert(
        fc.property(endedShows, ({ show, batches, ends }) => {
          const { before, after } = withEnds(batches, ends);
          const open = run(show.hasHost, before).view;
          const { view } = run(show.hasHost, [...before, 'end', ...after]);
          const away = open.participants.filter(({ state }) => state === 'disconnected');
          const known = new Map(away.map((item) => [item.participantId, item.since]));
          expect(view.session).toEqual({
            ...open.session,
            status: 'ended',
            endedAt: END.endedAt,
            endReason: END.reason,
          });
          for (const { participantId, state, since } of view.participants) {
            expect(state).toBe('disconnected');
            expect(since).toBe(known.get(participantId) ?? END.endedAt);
          }
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );

  it(
    'still gets the same recordings and compositions as if it had not ended',
    () => {
      fc.assert(
        fc.property(endedShows, ({ show, batches, ends }) => {
          const { before, after } = withEnds(batches, ends);
          const ended = run(show.hasHost, [...before, 'end', ...after]).view;
          const open = run(show.hasHost, batches).view;
          expect(ended.recordings).toEqual(open.recordings);
          expect(ended.compositions).toEqual(open.compositions);
        }),
        property(),
      );
    },
    PROPERTY_TIMEOUT_MS,
  );
});

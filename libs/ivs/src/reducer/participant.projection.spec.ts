import type { Fact } from './facts.js';
import { disconnectReasons, doubtful } from './participant.projection.js';
import { project } from './projection.js';
import { endSession, newLiveState, reduce } from './session.reducer.js';
import { aSession, asked, at, event, exchanged, iso, kicked } from './show.factory.js';

/** The state after the facts in both directions, which must be the same. */
function folded(...facts: Fact[]) {
  const state = reduce(newLiveState(aSession), facts);
  expect(reduce(newLiveState(aSession), [...facts].reverse())).toEqual(state);
  return state;
}
const seen = (...facts: Fact[]) => project(folded(...facts)).participants[0];

describe('Doubt about a participant', () => {
  const imprecise = { isPrecise: false };

  it('arises from different facts within a second of which one is not precise', () => {
    const state = folded(event('published', 1.2), event('unpublished', 1, imprecise));
    expect(doubtful(state)).toEqual([{ participantId: 'p', stageSessionId: 'st-1' }]);
  });

  it.each([
    ['both are precise', [event('published', 1.2), event('unpublished', 1.4)]],
    ['both say the same', [event('published', 1.2), event('published', 1, imprecise)]],
    ['they lie in different seconds', [event('published', 1, imprecise), event('unpublished', 2, imprecise)]],
  ])('does not arise when %s', (_, facts) => {
    expect(doubtful(folded(...facts))).toEqual([]);
  });

  const inDoubt = [event('published', 1, imprecise), event('unpublished', 1, imprecise)];

  it.each([
    ['a later answer of IVS', asked('published', 2, 1)],
    ['a later event', event('published', 2, imprecise)],
    ['our own disconnecting', kicked(2)],
    ['the end of the stage session', event('published', 9, { stageSessionId: 'st-0', participantId: 'q' })],
  ])('is settled by %s', (_, fact) => {
    expect(doubtful(folded(...inDoubt, fact))).toEqual([]);
  });

  it('arises when one that we disconnected seems to be back, until IVS says so', () => {
    const back = [kicked(5), event('published', 6)];
    expect(doubtful(folded(...back))).toHaveLength(1);
    expect(doubtful(folded(...back, asked('published', 9, 6)))).toEqual([]);
    expect(doubtful(folded(...back, kicked(7)))).toEqual([]);
  });

  it('does not outlive the session', () => {
    const ended = endSession(folded(...inDoubt), { endedAt: iso(9), reason: 'idle' });
    expect(doubtful(ended)).toEqual([]);
  });
});

describe('Who a participant is', () => {
  it('is what the latest exchange says, even against an event whose sender did not know of it', () => {
    const facts = [
      exchanged(5, 'ines', { a: '1' }),
      exchanged(4, 'tom', { a: '2' }),
      event('published', 6, { userId: 'tom' }),
    ];
    expect(seen(...facts)).toMatchObject({ userId: 'ines', attributes: { a: '1' } });
  });

  it('is what IVS answered after the exchange', () => {
    const answer = asked('unpublished', 9, 1, { userId: 'mia', attributes: { a: '3' } });
    expect(seen(exchanged(5, 'ines'), answer)).toMatchObject({ userId: 'mia', attributes: { a: '3' } });
  });

  it('is what its latest event says, else what its token says', () => {
    const issued: Fact = {
      kind: 'participant.token_issued',
      participantId: 'p',
      atUs: at(0),
      userId: 'tom',
      attributes: { a: '0' },
    };
    expect(seen(issued, event('published', 1))).toMatchObject({ userId: 'tom', attributes: { a: '0' } });
    expect(
      seen(issued, event('published', 2, { userId: 'mia' }), event('published', 1, { userId: 'eve' })),
    ).toMatchObject({
      userId: 'mia',
    });
  });

  it('includes where a replica comes from', () => {
    expect(seen(event('published', 1, { isReplica: true, replicaOf: { stageArn: 'x' } }))).toMatchObject({
      replicaOf: { stageArn: 'x' },
    });
  });
});

describe('The reason of a disconnecting', () => {
  it('is ours, or that the stage session is over, or unknown', () => {
    const next = event('published', 9, { stageSessionId: 'st-0', participantId: 'q' });
    expect(disconnectReasons(folded(event('published', 1), kicked(2)))('p')).toBe('rude');
    expect(disconnectReasons(folded(event('published', 1), next))('p')).toBe('stage_session_ended');
    expect(disconnectReasons(folded(asked('disconnected', 3, 2)))('p')).toBeUndefined();
    expect(disconnectReasons(folded(next))('p')).toBeUndefined();
  });
});

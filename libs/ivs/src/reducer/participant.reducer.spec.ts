import type { Fact } from './facts.js';
import { project } from './projection.js';
import { newLiveState, reduce } from './session.reducer.js';
import { aSession, asked, at, event, exchanged, failed, iso, kicked } from './show.factory.js';

/** The state after the facts in both directions, which must be the same. */
function folded(...facts: Fact[]) {
  const state = reduce(newLiveState(aSession), facts);
  expect(reduce(newLiveState(aSession), [...facts].reverse())).toEqual(state);
  return state;
}
const seen = (...facts: Fact[]) => project(folded(...facts)).participants[0];

describe('The state of a participant', () => {
  it('is that of the latest fact, whatever came last', () => {
    expect(seen(event('published', 1), event('unpublished', 3), event('published', 2))).toMatchObject({
      state: 'unpublished',
      since: iso(3),
    });
  });

  it('is unpublished where both were told of the same microsecond', () => {
    const told = [event('unpublished', 1, { id: 'a' }), event('published', 1, { id: 'b' })];
    expect(seen(...told)).toMatchObject({ state: 'unpublished' });
  });

  it('is what IVS answered, against an event of the same microsecond', () => {
    expect(seen(asked('published', 1, 0.5), event('unpublished', 1))).toMatchObject({
      state: 'published',
      since: iso(0.5),
    });
  });

  it('goes by when IVS was asked, and shows since when it was so', () => {
    expect(seen(asked('disconnected', 10, 2), event('published', 5))).toMatchObject({
      state: 'disconnected',
      since: iso(2),
    });
  });

  it('is unpublished for one that is known only from an error or an exchange', () => {
    expect(seen(failed(3, 'QUOTA_EXCEEDED'), failed(2, 'BITRATE_EXCEEDED'))).toMatchObject({
      state: 'unpublished',
      since: iso(2),
      publishError: { code: 'QUOTA_EXCEEDED', at: iso(3) },
    });
    expect(seen(exchanged(1, 'ines'))).toMatchObject({ state: 'unpublished', since: iso(1), userId: 'ines' });
  });

  it('does not come from its token alone', () => {
    const issued: Fact = { kind: 'participant.token_issued', participantId: 'p', atUs: at(0), role: 'guest' };
    expect(project(folded(issued)).participants).toEqual([]);
    expect(seen(issued, event('published', 1))).toMatchObject({ role: 'guest' });
  });
});

describe('The end of a stage session', () => {
  const inSecond = { stageSessionId: 'st-0', participantId: 'q' };

  it('is known from the next one, and ends its participants', () => {
    const { participants } = project(folded(event('published', 1), event('published', 60, inSecond)));
    expect(participants).toMatchObject([
      { participantId: 'p', state: 'disconnected', since: iso(60) },
      { participantId: 'q', state: 'published', since: iso(60) },
    ]);
  });

  it('leaves those who came back in the next one', () => {
    expect(seen(event('unpublished', 1), event('published', 60, { stageSessionId: 'st-0' }))).toMatchObject({
      state: 'published',
    });
  });

  it('moves when an older fact of the next one arrives', () => {
    const facts = [event('published', 1), event('published', 60, inSecond), event('unpublished', 50, inSecond)];
    expect(seen(...facts)).toMatchObject({ since: iso(50) });
  });

  it('is where IVS says it was', () => {
    const ended: Fact = { kind: 'stage_session.observed', stageSessionId: 'st-1', endedUs: at(40) };
    expect(seen(event('published', 1), ended)).toMatchObject({ state: 'disconnected', since: iso(40) });
    expect(seen(event('published', 1), ended, event('published', 60, inSecond))).toMatchObject({ since: iso(40) });
  });

  it('is decided by the starts that IVS answers, against the times of the facts', () => {
    // A late fact makes st-1 look older than st-0, which in truth came first.
    const facts = [event('published', 1), event('published', 60, inSecond)];
    const starts: Fact[] = [
      { kind: 'stage_session.observed', stageSessionId: 'st-1', startedUs: at(100) },
      { kind: 'stage_session.observed', stageSessionId: 'st-0', startedUs: at(0) },
    ];
    expect(project(folded(...facts, ...starts)).participants).toMatchObject([
      { participantId: 'p', state: 'published' },
      { participantId: 'q', state: 'disconnected', since: iso(100) },
    ]);
  });

  it('is not told by recordings, whose ends come late', () => {
    const recorded: Fact = {
      kind: 'recording.reached',
      id: 'r',
      recordingId: 'r',
      status: 'ended',
      participantId: 'other',
      atUs: at(90),
    };
    expect(folded(event('published', 1), recorded).stageSessions.size).toBe(1);
  });

  it('does not take an answer about a past stage session for a sign of life', () => {
    const facts = [event('published', 60, inSecond), asked('unpublished', 500, 5)];
    expect(project(folded(...facts)).participants).toMatchObject([
      { participantId: 'p', state: 'disconnected' },
      { participantId: 'q', state: 'published' },
    ]);
  });
});

describe('A participant that we disconnected', () => {
  it('stays so, also after the unpublish event that follows', () => {
    expect(seen(event('published', 1), kicked(5), event('unpublished', 5.2))).toMatchObject({
      state: 'disconnected',
      since: iso(5),
    });
    expect(seen(kicked(5))).toMatchObject({ state: 'disconnected', since: iso(5) });
  });

  it('is back when IVS proves it', () => {
    expect(seen(kicked(5), event('published', 6))).toMatchObject({ state: 'published' });
    expect(seen(kicked(5), event('published', 6), event('unpublished', 7))).toMatchObject({ state: 'unpublished' });
    expect(seen(kicked(5), asked('unpublished', 6, 0))).toMatchObject({ state: 'unpublished' });
    expect(seen(kicked(5), asked('disconnected', 6, 5.1))).toMatchObject({ state: 'disconnected', since: iso(5) });
  });
});

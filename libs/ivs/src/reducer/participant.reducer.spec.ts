import type { Session } from '#contracts';
import { isoFromMicros } from '#platform/time';
import type { Fact, ParticipantObserved, PublishingChanged } from './facts.js';
import { doubtful } from './participant.projection.js';
import { project } from './projection.js';
import { endSession, newLiveState, reduce } from './session.reducer.js';

const SECOND = 1_000_000;
const T0 = 1_786_993_478 * SECOND;
const at = (seconds: number) => T0 + Math.round(seconds * SECOND);
const iso = (seconds: number) => isoFromMicros(at(seconds));

const session: Session = {
  id: 's',
  name: 'A show',
  status: 'scheduled',
  visibility: 'public',
  stageDoor: 'invitation',
  hostUserId: 'host',
  region: 'eu-west-1',
  stageArn: 'arn',
  createdAt: iso(-100),
  recording: 'none',
  lifecycle: { hostGraceSeconds: 30, idleSeconds: 600, neverStartedSeconds: 3_600, maxAgeSeconds: 86_400 },
  metadata: {},
};

let count = 0;
const event = (kind: 'published' | 'unpublished', seconds: number, more: Partial<PublishingChanged> = {}): Fact => ({
  kind: `participant.${kind}`,
  id: `e${String(count++).padStart(3, '0')}`,
  stageSessionId: 'st-1',
  participantId: 'p',
  atUs: at(seconds),
  isPrecise: true,
  ...more,
});
const asked = (
  state: ParticipantObserved['state'],
  seconds: number,
  since: number,
  more: Partial<ParticipantObserved> = {},
): Fact => ({
  kind: 'participant.observed',
  id: 'asked',
  stageSessionId: 'st-1',
  participantId: 'p',
  state,
  atUs: at(seconds),
  sinceUs: at(since),
  ...more,
});
const kicked = (seconds: number): Fact => ({
  kind: 'participant.disconnected_by_us',
  participantId: 'p',
  atUs: at(seconds),
  reason: 'rude',
});
const exchanged = (seconds: number, userId: string, attributes: Record<string, string> = {}): Fact => ({
  kind: 'participant.token_exchanged',
  id: `x${count++}`,
  stageSessionId: 'st-1',
  participantId: 'p',
  atUs: at(seconds),
  userId,
  attributes,
});
const failed = (seconds: number, code: string): Fact => ({
  kind: 'participant.publish_failed',
  id: `f${count++}`,
  stageSessionId: 'st-1',
  participantId: 'p',
  atUs: at(seconds),
  code,
});

/** The state after the facts in both directions, which must be the same. */
function folded(...facts: Fact[]) {
  const state = reduce(newLiveState(session), facts);
  expect(reduce(newLiveState(session), [...facts].reverse())).toEqual(state);
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

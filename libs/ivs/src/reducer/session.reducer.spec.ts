import type { Session } from '#contracts';
import type { Fact, PublishingChanged } from './facts.js';
import { project } from './projection.js';
import { endSession, newLiveState, reduce } from './session.reducer.js';
import { aSession, at, iso, kicked, event as published } from './show.factory.js';

const session = aSession;
const { hostUserId: _, ...hostless } = session;

const event = (seconds: number, more: Partial<PublishingChanged> = {}) =>
  published('published', seconds, { userId: 'host', ...more });

function started(of: Session, ...facts: Fact[]): Session {
  const after = reduce(newLiveState(of), facts).session;
  expect(reduce(newLiveState(of), [...facts].reverse()).session).toEqual(after);
  return after;
}

describe('A session starts', () => {
  it('with the earliest publishing of its host that is known', () => {
    const after = started(
      session,
      event(5),
      event(3, { kind: 'participant.unpublished' }),
      event(1, { userId: 'tom' }),
    );
    expect(after).toMatchObject({ status: 'live', startedAt: iso(3) });
  });

  it('with whoever was issued a token as the host', () => {
    const issued: Fact = { kind: 'participant.token_issued', participantId: 'p', atUs: at(0), role: 'host' };
    expect(started(session, issued, event(5, { userId: 'x' }))).toMatchObject({ status: 'live', startedAt: iso(5) });
  });

  it('with anyone when it has no host', () => {
    expect(started(hostless, event(5, { userId: 'tom' }))).toMatchObject({ status: 'live', startedAt: iso(5) });
  });

  it.each([
    ['a guest', event(5, { userId: 'tom' })],
    ['a replica of the host from elsewhere', event(5, { isReplica: true })],
    ['an error of the host', { ...event(5), kind: 'participant.publish_failed', code: 'x' } as Fact],
  ])('not with %s', (_name, fact) => {
    expect(started(session, fact)).toEqual(session);
  });

  it('with a publishing that only IVS knew of when asked', () => {
    const asked = { ...event(50), kind: 'participant.observed', sinceUs: at(20), state: 'unpublished' } as Fact;
    expect(started(session, asked).status).toBe('scheduled');
    expect(started(session, { ...asked, firstPublishedUs: at(10) } as Fact).startedAt).toBe(iso(10));
  });
});

describe('A session that has ended', () => {
  const before = reduce(newLiveState(session), [
    event(5),
    event(6, { participantId: 'gone', userId: 'tom' }),
    kicked(7, 'gone'),
  ]);
  const ended = endSession(before, { endedAt: iso(60), reason: 'host_ended' });

  it('has everyone disconnected, who was away since then', () => {
    expect(project(ended)).toMatchObject({
      session: { status: 'ended', endedAt: iso(60), endReason: 'host_ended', startedAt: iso(5) },
      participants: [
        { participantId: 'gone', state: 'disconnected', since: iso(7) },
        { participantId: 'p', state: 'disconnected', since: iso(60) },
      ],
    });
  });

  it('does not end again', () => {
    expect(endSession(ended, { endedAt: iso(90), reason: 'idle' })).toBe(ended);
  });

  it('is frozen against late facts; newcomers enter as disconnected', () => {
    const late = [event(1), event(70), event(8, { participantId: 'gone' }), event(9, { participantId: 'new' })];
    const after = project(reduce(ended, late));
    expect(after.session).toEqual(ended.session);
    expect(after.participants.map(({ participantId, state, since }) => [participantId, state, since])).toEqual([
      ['gone', 'disconnected', iso(7)],
      ['new', 'disconnected', iso(60)],
      ['p', 'disconnected', iso(60)],
    ]);
  });
});

describe('Folding', () => {
  it('does not change the state it is given, and keeps the identity of what did not change', () => {
    const before = reduce(newLiveState(session), [event(5), event(6, { participantId: 'q' })]);
    const copy = structuredClone(before);
    const after = reduce(before, [event(7), event(5), event(6, { participantId: 'q' })]);
    expect(before).toEqual(copy);
    expect(after.participants.get('p')).not.toBe(before.participants.get('p'));
    expect(after.participants.get('q')).toBe(before.participants.get('q'));
    expect(after.stageSessions).toBe(before.stageSessions);
    expect(after.session).toBe(before.session);
  });

  it('takes ids that are names of what every object has', () => {
    const ids = ['__proto__', 'constructor', 'toString'];
    const facts = ids.map((id) => event(1, { participantId: id, stageSessionId: id }));
    const { participants, stageSessions } = reduce(newLiveState(session), facts);
    expect([...participants.keys()]).toEqual(ids);
    expect([...stageSessions.keys()]).toEqual(ids);
  });

  it('is quick: two hundred events into a show of five hundred take a few milliseconds', () => {
    const crowd = Array.from({ length: 500 }, (_value, n) => event(n, { participantId: `p${n}` }));
    const before = reduce(newLiveState(session), crowd);
    const events = Array.from({ length: 200 }, (_value, n) => event(1_000 + n, { participantId: `p${n * 2}` }));
    const startedAt = performance.now();
    project(events.reduce((state, fact) => reduce(state, [fact]), before));
    // A hundred times what it takes, so that only a fold that copies whole shows fails, and no busy machine.
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

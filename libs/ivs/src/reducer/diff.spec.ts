import type { Participant, Session } from '#contracts';
import { diff } from './diff.js';
import { fold, viewOfSession } from './fold.js';
import { aSession, iso } from './show.factory.js';
import type { View } from './state.js';

const { hostUserId: _, ...session } = aSession;
const live: Session = { ...session, status: 'live', startedAt: iso(1) };
const ended: Session = { ...live, status: 'ended', endedAt: iso(50), endReason: 'idle' };
const someone = (participantId: string, state: Participant['state'], second: number, more = {}): Participant => ({
  participantId,
  state,
  since: iso(second),
  attributes: {},
  ...more,
});
const view = (of: Session, ...participants: Participant[]): View => ({ ...viewOfSession(of), participants });

/** Types with whom they are about; every diff must fold to where it leads. */
function types(before: View, after: View): string[] {
  const changes = diff(before, after);
  expect(fold(before, changes)).toEqual(after);
  return changes.map(({ type, data }) => ('participant' in data ? `${type} ${data.participant.participantId}` : type));
}

describe('The changes of a session', () => {
  it('start it once and update it afterwards', () => {
    expect(types(view(session), view(live))).toEqual(['session.started']);
    expect(types(view(live), view({ ...live, startedAt: iso(0) }))).toEqual(['session.updated']);
    expect(types(view(session), view({ ...session, metadata: { a: 1 } }))).toEqual(['session.updated']);
  });

  it('start it also when its start and its end become known at once', () => {
    expect(types(view(session), view(ended))).toEqual(['session.started', 'session.ended']);
  });

  it('end it before its participants are disconnected, and say why', () => {
    const before = view(live, someone('a', 'published', 9), someone('b', 'disconnected', 3));
    const after = view(ended, someone('a', 'disconnected', 50), someone('b', 'disconnected', 3));
    expect(types(before, after)).toEqual(['session.ended', 'participant.disconnected a']);
    expect(diff(before, after).map(({ data }) => 'reason' in data && data.reason)).toEqual(['idle', 'session_ended']);
  });

  it('are none after its end, whatever it is given', () => {
    expect(diff(view(ended), view({ ...ended, metadata: { a: 1 } }))).toEqual([]);
  });

  it('are none when nothing changed', () => {
    expect(types(view(live, someone('a', 'published', 9)), view(live, someone('a', 'published', 9)))).toEqual([]);
  });
});

describe('The changes of participants', () => {
  it('come in the order of time, after the start of the session', () => {
    const after = view(
      live,
      someone('a', 'published', 9),
      someone('b', 'unpublished', 4),
      someone('c', 'published', 9),
    );
    expect(types(view(session), after)).toEqual([
      'session.started',
      'participant.unpublished b',
      'participant.published a',
      'participant.published c',
    ]);
  });

  it('repeat the type when only the time is another', () => {
    const before = view(live, someone('a', 'published', 4));
    expect(types(before, view(live, someone('a', 'published', 9)))).toEqual(['participant.published a']);
  });

  it('tell of another user, other attributes or another role', () => {
    const before = view(live, someone('a', 'published', 4));
    const changed = { userId: 'u', attributes: { x: '1' }, role: 'guest' };
    expect(types(before, view(live, someone('a', 'published', 4, changed)))).toEqual(['participant.role_changed a']);
    expect(types(before, view(live, someone('a', 'unpublished', 5, changed)))).toEqual([
      'participant.role_changed a',
      'participant.unpublished a',
    ]);
  });

  const publishError = { code: 'QUOTA_EXCEEDED', at: iso(5) };

  it('tell of an error by itself, with its code', () => {
    const before = view(live, someone('a', 'unpublished', 4));
    const after = view(live, someone('a', 'unpublished', 4, { publishError }));
    expect(diff(before, after)).toMatchObject([
      { type: 'participant.publish_failed', data: { errorCode: 'QUOTA_EXCEEDED', participant: { publishError } } },
    ]);
    expect(types(before, view(live, someone('a', 'published', 6, { publishError })))).toEqual([
      'participant.publish_failed a',
      'participant.published a',
    ]);
  });

  it('let one enter with its error', () => {
    const failed = someone('a', 'unpublished', 5, { publishError });
    expect(types(view(live), view(live, failed))).toEqual(['participant.publish_failed a']);
    expect(types(view(live), view(live, { ...failed, state: 'published', since: iso(6) }))).toEqual([
      'participant.publish_failed a',
      'participant.published a',
    ]);
  });

  it('give the reason of a disconnecting where one is known', () => {
    const before = view(live, someone('a', 'published', 4));
    const after = view(live, someone('a', 'disconnected', 9));
    expect(diff(before, after, () => 'rude')).toMatchObject([{ data: { reason: 'rude' } }]);
    expect(diff(before, after)[0]?.data).not.toHaveProperty('reason');
  });
});

describe('The changes of a recording', () => {
  it('carry its whole, by its status', () => {
    const recording = { id: 'r', kind: 'participant', status: 'started' } as const;
    const after = { ...view(live), recordings: [recording] };
    expect(diff(view(live), after)).toEqual([{ type: 'recording.started', data: { recording } }]);
    expect(fold(view(live), diff(view(live), after))).toEqual(after);
  });
});

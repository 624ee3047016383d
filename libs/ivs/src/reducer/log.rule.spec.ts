import type { Composition, LiveChange, LiveEvent, Participant } from '#contracts';
import { checkLog } from './log.rule.js';
import { aSession, iso } from './show.factory.js';

const { hostUserId: _, ...session } = aSession;
const someone = (state: Participant['state'], second: number): Participant => ({
  participantId: 'p',
  state,
  since: iso(second),
  attributes: {},
});

const created: LiveChange = { type: 'session.created', data: { session } };
const started = (second: number): LiveChange => ({
  type: 'session.started',
  data: { session: { ...session, status: 'live', startedAt: iso(second) } },
});
const ended: LiveChange = {
  type: 'session.ended',
  data: { session: { ...session, status: 'ended', startedAt: iso(5), endedAt: iso(50), endReason: 'idle' } },
};
const published: LiveChange = { type: 'participant.published', data: { participant: someone('published', 5) } };
const unpublished: LiveChange = { type: 'participant.unpublished', data: { participant: someone('unpublished', 7) } };
const gone: LiveChange = { type: 'participant.disconnected', data: { participant: someone('disconnected', 50) } };

const composition = (state: Composition['state']): LiveChange => ({
  type: `composition.${state}`,
  data: { composition: { compositionId: 'c', state, since: iso(1), destinations: [] } },
});

const log = (...changes: LiveChange[]): LiveEvent[] =>
  changes.map((change, index) => ({ topic: 'session/s', epoch: 'e', seq: index + 1, at: iso(1), ...change }));
const problems = (...changes: LiveChange[]) => checkLog(log(...changes));

describe('checkLog', () => {
  it('finds nothing in a legal log', () => {
    expect(problems(created, started(5), published, unpublished, ended, gone)).toEqual([]);
  });

  it.each<[string, LiveChange[], string]>([
    ['a log that does not begin with session.created', [started(5)], 'before session.created'],
    ['a second start', [created, started(5), started(4)], 'comes twice'],
    ['a second end', [created, started(5), ended, ended], 'comes twice'],
    ['a session event after the end', [created, started(5), ended, started(5)], 'follows session.ended'],
    ['somebody on the stage after the end', [created, started(5), ended, published], 'follows session.ended'],
    ['a repetition', [created, started(5), published, published], 'changes nothing'],
    ['a type that its object contradicts', [created, { ...published, data: unpublished.data } as LiveChange], 'state'],
    ['an end that forgets the start', [created, ended], 'startedAt'],
    [
      'a role change that changes the state',
      [created, published, { type: 'participant.role_changed', data: { participant: someone('unpublished', 7) } }],
      'changes the state',
    ],
    [
      'a role change of somebody unknown',
      [created, { type: 'participant.role_changed', data: { participant: someone('unpublished', 7) } }],
      'not known yet',
    ],
    [
      'a publish error without its code',
      [created, { type: 'participant.publish_failed', data: { participant: someone('unpublished', 7) } }],
      'publishError',
    ],
    ['a composition that comes back', [created, composition('stopped'), composition('active')], 'goes back'],
    [
      'an object that is not valid',
      [created, { type: 'participant.published', data: { participant: { ...someone('published', 1), since: 'now' } } }],
      'participant.since',
    ],
  ])('finds %s', (_, changes, problem) => {
    expect(problems(...changes).join('\n')).toContain(problem);
  });

  it('finds holes, repeated numbers and a first number that is not 1', () => {
    const events = log(created, started(5), published);
    expect(checkLog([events[0], events[2]] as LiveEvent[])[0]).toContain('should have number 2');
    expect(checkLog([events[0], events[1], events[1]] as LiveEvent[]).join()).toContain('should have number 3');
    expect(checkLog(events.map((event) => ({ ...event, seq: event.seq + 1 })))[0]).toContain('should have number 1');
  });

  it('passes over types of other parts', () => {
    const hand = { ...log(created)[0], seq: 2, type: 'hand.raised', data: { userId: 'u' } } as unknown as LiveEvent;
    expect(checkLog([...log(created), hand])).toEqual([]);
  });
});

import type { LiveChange, ParticipantRole } from '#contracts';
import { beyondTheirRole, type Evidence, isWorthAsking, judge, type Verdict } from './role.policy.js';

const quiet = { isExchanged: false, isPublishing: false };
const publishing = { isExchanged: false, isPublishing: true };
const exchanged = { isExchanged: true, isPublishing: false };
const disobeying = { isExchanged: true, isPublishing: true };

describe('a change of role', () => {
  // What IVS lists, whether the client acknowledged, the verdict in time and the verdict when the time is over.
  type Case = [string, Evidence['onStage'], boolean, Verdict, Verdict];
  const DEMOTIONS: Case[] = [
    ['has exchanged and stopped', exchanged, true, 'confirmed', 'confirmed'],
    ['has exchanged and stopped, its word was lost', exchanged, false, 'confirmed', 'confirmed'],
    ['has exchanged and publishes on', disobeying, true, 'wait', 'enforce'],
    ['says that it did and did not', publishing, true, 'wait', 'enforce'],
    ['keeps its old token, quietly', quiet, true, 'wait', 'enforce'],
    ['is silent', publishing, false, 'wait', 'enforce'],
    ['is not on the stage and has the new token', undefined, true, 'wait', 'confirmed'],
    ['is not on the stage and silent', undefined, false, 'wait', 'enforce'],
  ];
  it.each(DEMOTIONS)('down, of one who %s', (_, onStage, isAcknowledged, inTime, late) => {
    const evidence = { role: 'viewer', isAcknowledged, ...(onStage && { onStage }) } as const;
    expect(judge({ ...evidence, isLate: false })).toBe(inTime);
    expect(judge({ ...evidence, isLate: true })).toBe(late);
  });

  const PROMOTIONS: Case[] = [
    ['has exchanged', exchanged, true, 'confirmed', 'confirmed'],
    ['has exchanged and publishes', disobeying, true, 'confirmed', 'confirmed'],
    ['only says so', quiet, true, 'wait', 'offered'],
    ['is silent', quiet, false, 'wait', 'offered'],
    ['is not on the stage', undefined, false, 'wait', 'offered'],
  ];
  it.each(PROMOTIONS)('up, of one who %s', (_, onStage, isAcknowledged, inTime, late) => {
    const evidence = { role: 'guest', isAcknowledged, ...(onStage && { onStage }) } as const;
    expect(judge({ ...evidence, isLate: false })).toBe(inTime);
    expect(judge({ ...evidence, isLate: true })).toBe(late);
  });

  it('asks IVS when a client says that it is done, and before the time is over for good', () => {
    expect(isWorthAsking({ isAcknowledged: false, isLate: false })).toBe(false);
    expect(isWorthAsking({ isAcknowledged: true, isLate: false })).toBe(true);
    expect(isWorthAsking({ isAcknowledged: false, isLate: true })).toBe(true);
  });
});

describe('publishing beyond one’s role', () => {
  const change = (type: 'participant.published' | 'participant.unpublished', role?: ParticipantRole): LiveChange => {
    const since = '2026-05-01T12:00:00.000Z';
    const participant = { participantId: `a-${role}`, state: 'published', attributes: {}, since } as const;
    return { type, data: { participant: role === undefined ? participant : { ...participant, role } } };
  };

  it('is a viewer’s or a moderator’s publishing, not that of one whose token we did not give', () => {
    const roles = ['host', 'guest', 'viewer', 'moderator', undefined] as const;
    expect(beyondTheirRole(roles.map((role) => change('participant.published', role)))).toEqual([
      'a-viewer',
      'a-moderator',
    ]);
    expect(beyondTheirRole([change('participant.unpublished', 'viewer')])).toEqual([]);
    const twice = [change('participant.published', 'viewer'), change('participant.published', 'viewer')];
    expect(beyondTheirRole(twice)).toEqual(['a-viewer']);
  });
});

import { type Evidence, isWorthAsking, judge, type Verdict } from './role.policy.js';

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

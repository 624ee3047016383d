import type { Principal } from '#platform/auth/principal';
import { PRINCIPALS, session } from './session-access.factory.js';
import { ACCESS, type Action, may, mayChangeRole, mayDisconnect, mayOn } from './session-access.policy.js';

describe('disconnecting a participant, and changing its role', () => {
  // Of a host, a moderator, oneself as a guest, the host's user in another role, a guest, and one of whom nothing is known.
  const TARGETS = [
    { role: 'host', userId: 'x' },
    { role: 'moderator', userId: 'x' },
    { role: 'guest', userId: 'ann' },
    { role: 'viewer', userId: 'bob' },
    { role: 'guest', userId: 'x' },
    {},
  ] as const;
  it.each([
    ['API key', '111111'],
    ['host of s1 only', '111111'],
    ['moderator of s1', '000011'],
    ['global moderator', '000011'],
    ['moderator', '000000'],
    ['host', '000000'],
    ['viewer of s1', '000000'],
  ] as const)('by %s: %s', (who, expected) => {
    for (const mayDo of [mayDisconnect, mayChangeRole]) {
      const done = TARGETS.map((target) => (mayDo(PRINCIPALS[who], session(), target) ? '1' : '0'));
      expect(done.join('')).toBe(expected);
    }
  });
});

describe('an API key with scopes', () => {
  const key = (...scopes: string[]): Principal => ({ kind: 'api_key', id: 'k1', scopes });
  const allowed = (principal: Principal) =>
    (Object.keys(ACCESS) as Action[]).filter((action) => may(principal, action));

  it('may do what they name and nothing else', () => {
    for (const action of (Object.keys(ACCESS) as Action[]).filter((name) => ACCESS[name].api_key === 'all')) {
      expect(allowed(key(action))).toEqual([action]);
      expect(mayOn(key('session.see'), action, session())).toBe(action === 'session.see');
    }
    expect(allowed(key())).toEqual([]);
    expect(allowed(key('nonsense'))).toEqual([]);
  });

  it('that reads changes nothing', () => {
    expect(allowed(key('read')).filter((action) => !/\.(see|list)$/.test(action))).toEqual([]);
    expect(allowed(key('read'))).toEqual(expect.arrayContaining(['session.see', 'session.list', 'work.see']));
  });
});

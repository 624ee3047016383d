import type { Principal, UserPrincipal } from '#platform';
import type { SessionFacts } from '../session-access.policy.js';
import { assertCapabilities, assertMayOnResource, chatCapabilities, stageCapabilities } from './capability.policy.js';
import type { KnownResource } from './resource.repository.js';

const user = (role: UserPrincipal['role'], more: Partial<UserPrincipal> = {}): UserPrincipal => ({
  kind: 'user',
  userId: 'ann',
  role,
  issuedAtMs: 0,
  expiresAtMs: 1,
  ...more,
});
const API_KEY: Principal = { kind: 'api_key' };
const known = (facts: Partial<SessionFacts> = {}): KnownResource => ({
  facts: { id: 'r1', visibility: 'public', stageDoor: 'invitation', status: 'live', hostUserId: 'bob', ...facts },
});
const ofSession = (facts: Partial<SessionFacts> = {}): KnownResource => {
  const one = known(facts);
  return { ...one, session: one.facts as NonNullable<KnownResource['session']> };
};

const BOTH = ['PUBLISH', 'SUBSCRIBE'];
const WATCH = ['SUBSCRIBE'];

describe('the capabilities of a participant token', () => {
  it.each([
    ['an API key, anywhere', API_KEY, undefined, BOTH],
    ['its host', user('host', { userId: 'bob' }), known(), BOTH],
    ['another host', user('host'), known(), WATCH],
    ['a viewer', user('viewer'), known(), WATCH],
    ['a viewer at an open stage door', user('viewer'), ofSession({ stageDoor: 'open' }), BOTH],
    [
      'a moderator, also at an open stage door',
      user('moderator', { scope: 'global' }),
      ofSession({ stageDoor: 'open' }),
      WATCH,
    ],
  ] as const)('for %s', (_who, caller, resource, capabilities) => {
    expect(stageCapabilities(caller, resource)).toEqual(capabilities);
  });

  it('for whoever was invited are those of a guest', () => {
    expect(stageCapabilities(user('viewer'), ofSession(), true)).toEqual(BOTH);
  });
});

describe('the capabilities of a chat token', () => {
  const ALL = ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'];
  it.each([
    ['an API key, anywhere', API_KEY, ofSession(), ALL],
    ['the maker of a room', user('host', { userId: 'bob' }), known(), ALL],
    ['another host', user('host'), known(), ['SEND_MESSAGE']],
    ['the host of a session', user('host', { userId: 'bob' }), ofSession(), ['SEND_MESSAGE']],
    ['a moderator', user('moderator', { scope: 'global' }), ofSession(), ['SEND_MESSAGE']],
    ['a viewer', user('viewer'), known(), ['SEND_MESSAGE']],
  ] as const)('for %s', (_who, caller, resource, capabilities) => {
    expect(chatCapabilities(caller, resource)).toEqual(capabilities);
  });

  it('are never more than these', () => {
    expect(() => assertCapabilities(['SUBSCRIBE'], ['SUBSCRIBE'])).not.toThrow();
    expect(() => assertCapabilities(['PUBLISH', 'SUBSCRIBE'], ['SUBSCRIBE'])).toThrow('does not have PUBLISH');
  });
});

describe('a stage or room', () => {
  const attempt = (caller: Principal, action: 'stage.delete' | 'stage.token', resource: KnownResource | undefined) => {
    try {
      assertMayOnResource(caller, action, { arn: 'arn', known: resource });
      return 'allowed';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it.each([
    ['of nobody that we know is an API key’s only', API_KEY, 'stage.delete', undefined, 'allowed'],
    ['of nobody that we know is not there for a host', user('host'), 'stage.delete', undefined, 'NOT_FOUND'],
    ['of another, in the lobby, may be watched', user('viewer'), 'stage.token', known(), 'allowed'],
    ['of another, in the lobby, is not to be deleted', user('host'), 'stage.delete', known(), 'FORBIDDEN'],
    [
      'of another, not in the lobby, is hidden',
      user('host'),
      'stage.delete',
      known({ visibility: 'private' }),
      'NOT_FOUND',
    ],
    [
      'of one’s own may be deleted',
      user('host', { userId: 'bob' }),
      'stage.delete',
      known({ visibility: 'private' }),
      'allowed',
    ],
    [
      'of its own is not for a host of one session',
      user('host', { userId: 'bob', sessionId: 's' }),
      'stage.delete',
      known(),
      'FORBIDDEN',
    ],
    ['is never deleted by a moderator', user('moderator', { scope: 'global' }), 'stage.delete', known(), 'FORBIDDEN'],
  ] as const)('%s', (_what, caller, action, resource, outcome) => {
    expect(attempt(caller, action, resource)).toBe(outcome);
  });
});

import type { Principal, UserPrincipal } from '#platform/auth/principal';
import type { SessionFacts } from './session-access.policy.js';

export const user = (role: UserPrincipal['role'], more: Partial<UserPrincipal> = {}): UserPrincipal => ({
  kind: 'user',
  userId: 'ann',
  role,
  issuedAtMs: 0,
  expiresAtMs: 1,
  ...more,
});

/** Everyone that the access table tells apart. */
export const PRINCIPALS = {
  'API key': { kind: 'api_key' },
  host: user('host'),
  'host of s1 only': user('host', { sessionId: 's1', userId: 'cohost' }),
  moderator: user('moderator'),
  'moderator of s1': user('moderator', { sessionId: 's1' }),
  'global moderator': user('moderator', { scope: 'global' }),
  viewer: user('viewer'),
  'viewer of s1': user('viewer', { sessionId: 's1' }),
} satisfies Record<string, Principal>;
export type Who = keyof typeof PRINCIPALS;

export const session = (more: Partial<SessionFacts> = {}): SessionFacts => ({
  id: 's1',
  visibility: 'public',
  stageDoor: 'invitation',
  status: 'live',
  hostUserId: 'bob',
  ...more,
});
export const SESSIONS = {
  'another’s public s1': session(),
  'another’s private s1': session({ visibility: 'private' }),
  'own private s2': session({ id: 's2', visibility: 'private', hostUserId: 'ann' }),
  'another’s public s3': session({ id: 's3' }),
  'another’s private s3': session({ id: 's3', visibility: 'private' }),
  'hostless public s3': { id: 's3', visibility: 'public', stageDoor: 'invitation', status: 'live' },
} satisfies Record<string, SessionFacts>;
export type Which = keyof typeof SESSIONS;

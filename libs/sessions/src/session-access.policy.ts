import type { AccessRole, EndReason, ParticipantRole, Session } from '#contracts';
import { type Principal, type PrincipalRole, roleOf, type UserPrincipal } from '#platform/auth/principal';
import { AppError } from '#platform/errors/app.error';

/**
 * Who may do what: one table, roles × actions. A cell names the sessions for which a role may do it. A session that one
 * may not see is hidden (404) rather than forbidden (403) when it is private: its existence is nobody's business.
 */
export type Reach =
  /** Every session, or the installation as a whole. */
  | 'all'
  /** A host's: those whose `hostUserId` is theirs; with a token for one session only that one. */
  | 'own'
  | 'own_or_public'
  /** A moderator's: the token's session, or every one with `scope: "global"`. */
  | 'theirs'
  /** A viewer's: public ones and the token's session. */
  | 'visible'
  | 'none';

export const ACCESS = {
  'access_token.create': { api_key: 'all', host: 'none', moderator: 'none', viewer: 'none' },
  'access_token.revoke': { api_key: 'all', host: 'none', moderator: 'none', viewer: 'none' },
  // A host creates sessions for itself only: see `hostOfNewSession`.
  'session.create': { api_key: 'all', host: 'own', moderator: 'none', viewer: 'none' },
  // Lists hold what one may see: see `visibleSessions`.
  'session.list': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  'session.see': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  // With which role: see `mayJoin`.
  'session.join': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  // For oneself: an API key has no self.
  'participant_token.renew': { api_key: 'none', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  'session.end': { api_key: 'all', host: 'own', moderator: 'theirs', viewer: 'none' },
  'session.chat': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  // A stage or room by itself, as the Flutter package makes them, is its maker's; a session's is like the session. With
  // which capabilities a token is given: see `capability.policy.ts`.
  'stage.create': { api_key: 'all', host: 'own', moderator: 'none', viewer: 'none' },
  'stage.list': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  'stage.delete': { api_key: 'all', host: 'own', moderator: 'none', viewer: 'none' },
  'stage.token': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  'room.create': { api_key: 'all', host: 'own', moderator: 'none', viewer: 'none' },
  'room.delete': { api_key: 'all', host: 'own', moderator: 'none', viewer: 'none' },
  'room.token': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  'participant.disconnect': { api_key: 'all', host: 'own', moderator: 'theirs', viewer: 'none' },
  'participant.role': { api_key: 'all', host: 'own', moderator: 'theirs', viewer: 'none' },
  'invitation.create': { api_key: 'all', host: 'own', moderator: 'none', viewer: 'none' },
  // A moderator never comes on stage, and so never asks to.
  'hand.raise': { api_key: 'all', host: 'own_or_public', moderator: 'none', viewer: 'visible' },
  // One's own hand; another's: see `hand.lower_other`.
  'hand.lower': { api_key: 'all', host: 'own_or_public', moderator: 'theirs', viewer: 'visible' },
  'hand.lower_other': { api_key: 'all', host: 'own', moderator: 'theirs', viewer: 'none' },
  'operation.see': { api_key: 'all', host: 'own', moderator: 'theirs', viewer: 'none' },
  'work.see': { api_key: 'all', host: 'none', moderator: 'none', viewer: 'none' },
  'work.retry': { api_key: 'all', host: 'none', moderator: 'none', viewer: 'none' },
  'quota.see': { api_key: 'all', host: 'none', moderator: 'none', viewer: 'none' },
  'inbox.see': { api_key: 'all', host: 'none', moderator: 'none', viewer: 'none' },
} as const satisfies Record<string, Record<PrincipalRole, Reach>>;
export type Action = keyof typeof ACCESS;

/** What the policy looks at. */
export type SessionFacts = Pick<Session, 'id' | 'visibility' | 'hostUserId' | 'stageDoor' | 'status'>;

/** With which role one may join: by the access role of one's token, in one's own session and in another's. */
const JOIN_ROLES: Record<AccessRole, { own: readonly ParticipantRole[]; other: readonly ParticipantRole[] }> = {
  // Rank: host ≥ guest ≥ viewer. In another's session a host is a viewer.
  host: { own: ['host', 'guest', 'viewer'], other: ['viewer'] },
  // Rank: moderator ≥ viewer. A moderator never publishes.
  moderator: { own: ['moderator', 'viewer'], other: [] },
  viewer: { own: ['viewer'], other: ['viewer'] },
};

/** The access role of the token that a joined participant gets. */
export const ACCESS_ROLE_OF: Record<ParticipantRole, AccessRole> = {
  host: 'host',
  guest: 'viewer',
  viewer: 'viewer',
  moderator: 'moderator',
};

/** How an ending is told, by who asked for it. */
export const END_REASON_OF: Record<Exclude<PrincipalRole, 'viewer'>, EndReason> = {
  api_key: 'api_ended',
  host: 'host_ended',
  moderator: 'moderator_ended',
};

const READS: readonly Action[] = [
  'session.list',
  'session.see',
  'stage.list',
  'operation.see',
  'work.see',
  'quota.see',
  'inbox.see',
];

/** What an API key's scopes may name: `read` stands for everything that changes nothing. */
export const API_KEY_SCOPES: readonly string[] = ['read', ...Object.keys(ACCESS)];

/** Whether an API key of the database is for this; a user's token and the environment's key have no scopes. */
function isInScope(principal: Principal, action: Action): boolean {
  if (principal.kind !== 'api_key' || principal.scopes === undefined) return true;
  return principal.scopes.includes(action) || (READS.includes(action) && principal.scopes.includes('read'));
}

/** Whether anything of this kind is allowed at all, before a session is looked at. */
export function may(principal: Principal, action: Action): boolean {
  return isInScope(principal, action) && ACCESS[action][roleOf(principal)] !== 'none';
}

/** Whether this session is within reach of the action. */
export function mayOn(principal: Principal, action: Action, session: SessionFacts): boolean {
  return isInScope(principal, action) && reaches(principal, ACCESS[action][roleOf(principal)], session);
}

/** Whether one may join with this role. An invitation or an open stage door lets a viewer publish as a guest. */
export function mayJoin(
  principal: Principal,
  session: SessionFacts,
  role: ParticipantRole,
  isInvited = false,
): boolean {
  if (!mayOn(principal, 'session.join', session)) return false;
  if (principal.kind === 'api_key') return true;
  const isTheirs = principal.role === 'host' ? isOwn(principal, session) : reaches(principal, 'theirs', session);
  const roles = JOIN_ROLES[principal.role][isTheirs ? 'own' : 'other'];
  const isOpen = session.stageDoor === 'open' || isInvited;
  const isLetIn = role === 'guest' && isOpen && principal.role !== 'moderator';
  return isLetIn || roles.includes(role);
}

/** @throws AppError FORBIDDEN */
export function assertMay(principal: Principal, action: Action): void {
  if (!may(principal, action)) throw new AppError('FORBIDDEN');
}

/**
 * @param session nothing when there is no such session
 * @throws AppError NOT_FOUND, also for a private session that one may not see; FORBIDDEN
 */
export function assertMayOn<S extends SessionFacts>(
  principal: Principal,
  action: Action,
  session: S | undefined,
): asserts session is S {
  const isHidden =
    principal.kind === 'user' && session?.visibility === 'private' && !mayOn(principal, 'session.see', session);
  if (!session || isHidden) throw new AppError('NOT_FOUND', 'There is no such session, or you may not see it.');
  if (!mayOn(principal, action, session)) throw new AppError('FORBIDDEN');
}

/** @throws AppError NOT_FOUND, SESSION_ENDED, FORBIDDEN */
export function assertMayJoin<S extends SessionFacts>(
  principal: Principal,
  session: S | undefined,
  role: ParticipantRole,
  isInvited = false,
): asserts session is S {
  assertMayOn(principal, 'session.join', session);
  if (session.status === 'ended') throw new AppError('SESSION_ENDED');
  if (!mayJoin(principal, session, role, isInvited)) throw new AppError('FORBIDDEN', `You may not join as ${role}.`);
}

/** Of its role of record and its user only what is known. */
export interface ParticipantFacts {
  role?: ParticipantRole;
  userId?: string;
}

/** Whether one may disconnect this participant: a moderator never a host, another moderator or themselves. */
export function mayDisconnect(principal: Principal, session: SessionFacts, target: ParticipantFacts): boolean {
  return mayOnParticipant(principal, 'participant.disconnect', session, target);
}

/** Whether one may change this participant's role: as for disconnecting. */
export function mayChangeRole(principal: Principal, session: SessionFacts, target: ParticipantFacts): boolean {
  return mayOnParticipant(principal, 'participant.role', session, target);
}

function mayOnParticipant(
  principal: Principal,
  action: Action,
  session: SessionFacts,
  target: ParticipantFacts,
): boolean {
  if (!mayOn(principal, action, session)) return false;
  if (principal.kind === 'api_key' || principal.role !== 'moderator') return true;
  if (target.role === 'host' || target.role === 'moderator') return false;
  return target.userId === undefined || ![session.hostUserId, principal.userId].includes(target.userId);
}

/**
 * The host of a session to be created: a host token makes its own only.
 * @throws AppError FORBIDDEN
 */
export function hostOfNewSession(principal: Principal, asked: string | undefined): string | undefined {
  assertMay(principal, 'session.create');
  if (principal.kind === 'api_key') return asked;
  if (principal.sessionId !== undefined) throw new AppError('FORBIDDEN', 'This token is for one session only.');
  if (asked !== undefined && asked !== principal.userId) {
    throw new AppError('FORBIDDEN', 'A host token creates sessions of its own user only.');
  }
  return principal.userId;
}

/** The sessions that a list may hold: those that match any of the parts. */
export type VisibleSessions = 'all' | { isPublic: boolean; hostUserId?: string; sessionId?: string };

export function visibleSessions(principal: Principal): VisibleSessions {
  if (principal.kind === 'api_key') return 'all';
  if (principal.role === 'moderator' && principal.scope === 'global') return 'all';
  const isHostOfAny = principal.role === 'host' && principal.sessionId === undefined;
  return {
    isPublic: principal.role !== 'moderator',
    ...(isHostOfAny ? { hostUserId: principal.userId } : {}),
    ...(principal.sessionId === undefined ? {} : { sessionId: principal.sessionId }),
  };
}

function reaches(principal: Principal, reach: Reach, session: SessionFacts): boolean {
  if (principal.kind === 'api_key') return reach === 'all';
  const isTokens = principal.sessionId === session.id;
  const isPublic = session.visibility === 'public';
  switch (reach) {
    case 'all':
      return true;
    case 'own':
      return isOwn(principal, session);
    case 'own_or_public':
      return isOwn(principal, session) || isPublic;
    case 'theirs':
      return isTokens || principal.scope === 'global';
    case 'visible':
      return isTokens || isPublic;
    case 'none':
      return false;
  }
}

/** A host token for one session was given by whoever may name its hosts, so it is theirs whoever `hostUserId` is. */
function isOwn(principal: UserPrincipal, session: SessionFacts): boolean {
  if (principal.sessionId !== undefined) return principal.sessionId === session.id;
  return principal.userId === session.hostUserId;
}

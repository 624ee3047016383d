import { ParticipantRole } from '#contracts';
import { PRINCIPALS, SESSIONS, session, type Which, type Who } from './session-access.factory.js';
import {
  ACCESS,
  type Action,
  assertMayJoin,
  assertMayOn,
  hostOfNewSession,
  may,
  mayJoin,
  mayOn,
  type SessionFacts,
  visibleSessions,
} from './session-access.policy.js';

// One line a principal: which of SESSIONS, in their order, it may see, and which it may end. 1 is yes.
const SEE: Record<Who, string> = {
  'API key': '111111',
  host: '101101',
  'host of s1 only': '110101',
  moderator: '000000',
  'moderator of s1': '110000',
  'global moderator': '111111',
  viewer: '100101',
  'viewer of s1': '110101',
};
const END: Record<Who, string> = {
  'API key': '111111',
  host: '001000',
  'host of s1 only': '110000',
  moderator: '000000',
  'moderator of s1': '110000',
  'global moderator': '111111',
  viewer: '000000',
  'viewer of s1': '000000',
};

const cells = (table: Record<Who, string>) =>
  (Object.keys(PRINCIPALS) as Who[]).flatMap((who) =>
    (Object.keys(SESSIONS) as Which[]).map((which, index) => [who, which, table[who][index] === '1'] as const),
  );

describe('the access table', () => {
  it.each(cells(SEE))('%s sees %s: %p', (who, which, expected) => {
    const found: SessionFacts = SESSIONS[which];
    expect(mayOn(PRINCIPALS[who], 'session.see', found)).toBe(expected);
    // Who sees may join as a viewer, and the list holds the same sessions.
    expect(mayJoin(PRINCIPALS[who], found, 'viewer')).toBe(expected);
    const visible = visibleSessions(PRINCIPALS[who]);
    const isListed =
      visible === 'all' ||
      (visible.isPublic && found.visibility === 'public') ||
      visible.sessionId === found.id ||
      (visible.hostUserId !== undefined && visible.hostUserId === found.hostUserId);
    expect(isListed).toBe(expected);
  });

  // Every action on a session, by the row of the contract that it belongs to. Moderators and viewers differ from SEE and END
  // only where they have no part in it.
  const withNone = (table: Record<Who, string>, ...nobody: Who[]) => ({
    ...table,
    ...Object.fromEntries(nobody.map((who) => [who, '000000'])),
  });
  const MODERATORS: Who[] = ['moderator', 'moderator of s1', 'global moderator'];
  const TABLES: Partial<Record<Action, Record<Who, string>>> = {
    'session.chat': SEE,
    'stage.token': SEE,
    'room.token': SEE,
    'participant_token.renew': withNone(SEE, 'API key'),
    'hand.raise': withNone(SEE, ...MODERATORS),
    'hand.lower': SEE,
    'hand.lower_other': END,
    'participant.disconnect': END,
    'participant.role': END,
    'invitation.create': withNone(END, ...MODERATORS),
    'stage.delete': withNone(END, ...MODERATORS),
    'room.delete': withNone(END, ...MODERATORS),
  };
  const others = Object.entries(TABLES).flatMap(([action, table]) =>
    cells(table).map(([who, which, expected]) => [who, action as Action, which, expected] as const),
  );
  it.each(others)('%s may %s on %s: %p', (who, action, which, expected) => {
    expect(mayOn(PRINCIPALS[who], action, SESSIONS[which])).toBe(expected);
  });

  it('has a cell tested for every action', () => {
    const installation: Action[] = ['session.create', 'session.list', 'stage.create', 'stage.list', 'room.create'];
    const seen = ['session.see', 'session.join', 'session.end', 'operation.see'];
    const tested = [...seen, ...Object.keys(TABLES), ...BACKEND_ONLY, ...installation];
    expect(Object.keys(ACCESS).filter((action) => !tested.includes(action))).toEqual([]);
    for (const action of installation) {
      const doers = (Object.keys(PRINCIPALS) as Who[]).filter((who) => may(PRINCIPALS[who], action));
      const all = Object.keys(PRINCIPALS);
      expect(doers).toEqual(action.endsWith('list') ? all : ['API key', 'host', 'host of s1 only']);
    }
  });

  it.each(cells(END))('%s ends %s, and sees its operations: %p', (who, which, expected) => {
    expect(mayOn(PRINCIPALS[who], 'session.end', SESSIONS[which])).toBe(expected);
    expect(mayOn(PRINCIPALS[who], 'operation.see', SESSIONS[which])).toBe(expected);
  });

  const BACKEND_ONLY: Action[] = [
    'access_token.create',
    'access_token.revoke',
    'work.see',
    'work.retry',
    'quota.see',
    'inbox.see',
  ];
  it.each(BACKEND_ONLY)('%s is for the API key only', (action) => {
    for (const who of Object.keys(PRINCIPALS) as Who[]) expect(may(PRINCIPALS[who], action)).toBe(who === 'API key');
  });

  it('names every role for every action', () => {
    for (const row of Object.values(ACCESS)) {
      expect(Object.keys(row).sort()).toEqual(['api_key', 'host', 'moderator', 'viewer']);
    }
  });
});

describe('joining', () => {
  // The roles with which each may join: in the open session s1 of another, with the stage door closed and open.
  const JOIN: Record<Who, { invitation: string[]; open: string[] }> = {
    'API key': { invitation: ['host', 'guest', 'viewer', 'moderator'], open: ['host', 'guest', 'viewer', 'moderator'] },
    host: { invitation: ['viewer'], open: ['guest', 'viewer'] },
    'host of s1 only': { invitation: ['host', 'guest', 'viewer'], open: ['host', 'guest', 'viewer'] },
    moderator: { invitation: [], open: [] },
    'moderator of s1': { invitation: ['viewer', 'moderator'], open: ['viewer', 'moderator'] },
    'global moderator': { invitation: ['viewer', 'moderator'], open: ['viewer', 'moderator'] },
    viewer: { invitation: ['viewer'], open: ['guest', 'viewer'] },
    'viewer of s1': { invitation: ['viewer'], open: ['guest', 'viewer'] },
  };

  it.each(Object.keys(JOIN) as Who[])('takes from a %s the roles up to the token’s', (who) => {
    for (const stageDoor of ['invitation', 'open'] as const) {
      const allowed = ParticipantRole.options.filter((role) => mayJoin(PRINCIPALS[who], session({ stageDoor }), role));
      expect(allowed).toEqual(JOIN[who][stageDoor]);
    }
  });

  it('takes an invited viewer as a guest through a closed door, and no moderator', () => {
    const rolesOf = (who: Who, found = session()) =>
      ParticipantRole.options.filter((role) => mayJoin(PRINCIPALS[who], found, role, true));
    for (const who of ['host', 'viewer', 'viewer of s1'] as const) expect(rolesOf(who)).toEqual(['guest', 'viewer']);
    for (const who of ['moderator of s1', 'global moderator'] as const) {
      expect(rolesOf(who)).toEqual(['viewer', 'moderator']);
    }
    const hidden = session({ visibility: 'private' });
    expect(rolesOf('viewer', hidden)).toEqual([]);
    expect(rolesOf('viewer of s1', hidden)).toEqual(['guest', 'viewer']);
  });

  it('of one’s own session is for hosts with every role of theirs, not with a viewer token', () => {
    const own = session({ hostUserId: 'ann' });
    const rolesOf = (who: Who) => ParticipantRole.options.filter((role) => mayJoin(PRINCIPALS[who], own, role));
    expect(rolesOf('host')).toEqual(['host', 'guest', 'viewer']);
    expect(rolesOf('viewer')).toEqual(['viewer']);
  });

  it('an ended session says so, but only to those who see it', () => {
    const ended = session({ status: 'ended', visibility: 'private' });
    const joining = (who: Who) => () => assertMayJoin(PRINCIPALS[who], ended, 'viewer');
    expect(joining('API key')).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }));
    expect(joining('viewer of s1')).toThrow(expect.objectContaining({ code: 'SESSION_ENDED' }));
    expect(joining('viewer')).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
  });
});

describe('what is refused', () => {
  it('is hidden when the session is private and one may not see it, else forbidden', () => {
    const ending = (who: Who, found: SessionFacts | undefined) => () =>
      assertMayOn(PRINCIPALS[who], 'session.end', found);
    expect(ending('viewer', undefined)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    expect(ending('viewer', session({ visibility: 'private' }))).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
    expect(ending('viewer of s1', session({ visibility: 'private' }))).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN' }),
    );
    expect(ending('host', session())).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    expect(ending('host', session({ hostUserId: 'ann' }))).not.toThrow();
  });
});

describe('a new session', () => {
  it('of a host token is its own', () => {
    expect(hostOfNewSession(PRINCIPALS.host, undefined)).toBe('ann');
    expect(hostOfNewSession(PRINCIPALS.host, 'ann')).toBe('ann');
    expect(() => hostOfNewSession(PRINCIPALS.host, 'bob')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });

  it('of the API key has the host that it names, or none', () => {
    expect(hostOfNewSession(PRINCIPALS['API key'], 'bob')).toBe('bob');
    expect(hostOfNewSession(PRINCIPALS['API key'], undefined)).toBeUndefined();
  });

  it.each(['viewer', 'moderator', 'global moderator', 'host of s1 only'] as Who[])('is refused to a %s', (who) => {
    expect(() => hostOfNewSession(PRINCIPALS[who], undefined)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});

import { Revocations } from '#platform';
import { until } from '#testing';
import { API_KEY, type HttpGateway, startHttpGateway } from './http.harness.js';

describe('who may do what over HTTP', () => {
  let gateway: HttpGateway;
  beforeAll(async () => {
    gateway = await startHttpGateway({ RATE_LIMIT_UNAUTHENTICATED: '0' });
  });
  afterAll(() => gateway.stop());

  const statusOf = async (as: string | null, method: string, path: string) =>
    (await gateway.call(method, path, { as })).status;

  it('asks for credentials, and says whether they are missing, wrong or expired', async () => {
    expect(await gateway.call('GET', '/v1/sessions', { as: null })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHENTICATED' },
    });
    const wrong = await gateway.call('GET', '/v1/sessions', { as: `${API_KEY}x` });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } });
    expect(wrong.headers.get('www-authenticate')).toBe('Bearer');
    const expired = await gateway.tokenOf({ role: 'viewer', ttlSeconds: -5 });
    expect(await gateway.call('GET', '/v1/sessions', { as: expired })).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_EXPIRED' },
    });
  });

  it('gives access tokens to the customer’s backend, and to nobody else', async () => {
    const json = { userId: 'ann', role: 'viewer' };
    const made = await gateway.call<{ token: string }>('POST', '/v1/access-tokens', { json });
    expect(made).toMatchObject({ status: 201, body: { expiresAt: expect.any(String) } });
    expect(await statusOf(made.body.token, 'GET', '/v1/sessions')).toBe(200);
    for (const role of ['host', 'moderator', 'viewer'] as const) {
      const as = await gateway.tokenOf({ role, ...(role === 'moderator' ? { scope: 'global' } : {}) });
      expect((await gateway.call('POST', '/v1/access-tokens', { as, json })).status).toBe(403);
      expect(await statusOf(as, 'DELETE', '/v1/access-tokens?userId=ann')).toBe(403);
    }
    const odd = await gateway.call('POST', '/v1/access-tokens', { json: { ...json, scope: 'global', ttlSeconds: 0 } });
    expect(odd).toMatchObject({ status: 422, body: { errors: [{ pointer: '/ttlSeconds' }, { pointer: '/scope' }] } });
  });

  it('hides a private session from whoever may not see it, and forbids what may not be done to a public one', async () => {
    const hidden = await gateway.givenSession({ visibility: 'private', hostUserId: 'bob' });
    const open = await gateway.givenSession({ hostUserId: 'bob' });
    const viewer = await gateway.tokenOf({ role: 'viewer' });
    const guest = await gateway.tokenOf({ role: 'viewer', sessionId: hidden.id });
    const owner = await gateway.tokenOf({ role: 'host', userId: 'bob' });
    for (const [method, path] of [
      ['GET', ''],
      ['GET', '/events'],
      ['GET', '/participants'],
      ['POST', '/join'],
      ['POST', '/end'],
    ] as const) {
      expect(await statusOf(viewer, method, `/v1/sessions/${hidden.id}${path}`)).toBe(404);
    }
    expect(await statusOf(guest, 'GET', `/v1/sessions/${hidden.id}`)).toBe(200);
    expect(await statusOf(owner, 'GET', `/v1/sessions/${hidden.id}`)).toBe(200);
    expect(await statusOf(viewer, 'GET', `/v1/sessions/${open.id}`)).toBe(200);
    expect(await statusOf(viewer, 'POST', `/v1/sessions/${open.id}/end`)).toBe(403);
    expect(await statusOf(guest, 'POST', `/v1/sessions/${hidden.id}/end`)).toBe(403);
    const moderator = await gateway.tokenOf({ role: 'moderator', sessionId: open.id });
    expect(await statusOf(moderator, 'GET', `/v1/sessions/${hidden.id}`)).toBe(404);
  });

  it('lists what one may see, page by page and without a repetition', async () => {
    const mine = await gateway.givenSession({ visibility: 'private', hostUserId: 'zoe' });
    await Promise.all(Array.from({ length: 5 }, () => gateway.givenSession({ visibility: 'public' })));
    await gateway.givenSession({ visibility: 'private', hostUserId: 'yan' });
    const as = await gateway.tokenOf({ role: 'host', userId: 'zoe' });
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { body } = await gateway.call<{ sessions: { id: string; visibility: string }[]; nextCursor?: string }>(
        'GET',
        `/v1/sessions?limit=2${cursor ? `&cursor=${cursor}` : ''}`,
        { as },
      );
      for (const session of body.sessions) {
        expect(session.visibility === 'public' || session.id === mine.id).toBe(true);
        ids.push(session.id);
      }
      cursor = body.nextCursor;
    } while (cursor);
    expect(ids).toContain(mine.id);
    expect(new Set(ids).size).toBe(ids.length);
    const { body } = await gateway.call<{ sessions: unknown[] }>('GET', '/v1/sessions?status=ended', { as });
    expect(body.sessions).toEqual([]);
  });

  it('lets the host end its session, answers a second time with the same operation, and shows it to the host', async () => {
    const session = await gateway.givenSession({ hostUserId: 'bob' });
    const as = await gateway.tokenOf({ role: 'host', userId: 'bob' });
    const first = await gateway.call<{ operationId: string }>('POST', `/v1/sessions/${session.id}/end`, { as });
    expect(first.status).toBe(202);
    const second = await gateway.call('POST', `/v1/sessions/${session.id}/end`, { body: '' });
    expect(second).toMatchObject({ status: 202, body: first.body });
    const { body } = await gateway.call<{ session: object }>('GET', `/v1/sessions/${session.id}`, { as });
    expect(body.session).toMatchObject({ status: 'ended', endReason: 'host_ended' });
    const events = await gateway.call<{ events: { type: string; seq: number }[] }>(
      'GET',
      `/v1/sessions/${session.id}/events?after=1`,
      { as },
    );
    expect(events.body.events).toMatchObject([{ type: 'session.ended', seq: 2 }]);
    const path = `/v1/operations/${first.body.operationId}`;
    expect(await gateway.call('GET', path, { as })).toMatchObject({ status: 200, body: { sessionId: session.id } });
    expect(await statusOf(await gateway.tokenOf({ role: 'host', userId: 'other' }), 'GET', path)).toBe(404);
    expect(await statusOf(await gateway.tokenOf({ role: 'viewer' }), 'GET', path)).toBe(403);
    expect(await gateway.call('POST', `/v1/sessions/${session.id}/join`, { json: { userId: 'ann' } })).toMatchObject({
      status: 409,
      body: { code: 'SESSION_ENDED' },
    });
  });

  it('serves the log from a number on, and 410 for a foreign epoch or a number beyond the head', async () => {
    const { id } = await gateway.givenSession();
    const path = `/v1/sessions/${id}/events`;
    const all = await gateway.call<{ epoch: string; events: unknown[] }>('GET', path);
    expect(all.body.events).toHaveLength(1);
    expect(await gateway.call('GET', `${path}?after=1&epoch=${encodeURIComponent(all.body.epoch)}`)).toMatchObject({
      status: 200,
      body: { events: [] },
    });
    expect(await gateway.call('GET', `${path}?after=0&epoch=other`)).toMatchObject({
      status: 410,
      body: { code: 'LOG_GONE' },
    });
    expect((await gateway.call('GET', `${path}?after=99`)).status).toBe(410);
  });

  it('pages through the participants, those who left too', async () => {
    const { id } = await gateway.givenSession();
    for (const name of ['a', 'b', 'c']) {
      await gateway.database.query(
        `INSERT INTO participant (session_id, participant_id, state, since, facts) VALUES ($1, $2, 'disconnected', now(), '{}')`,
        [id, name],
      );
    }
    const first = await gateway.call('GET', `/v1/sessions/${id}/participants?limit=2`);
    expect(first.body).toMatchObject({
      participants: [{ participantId: 'a' }, { participantId: 'b' }],
      nextCursor: 'b',
    });
    const second = await gateway.call('GET', `/v1/sessions/${id}/participants?limit=2&cursor=b`);
    expect(second.body).toEqual({
      participants: [expect.objectContaining({ participantId: 'c', state: 'disconnected' })],
    });
  });

  it('keeps work and inbox for the customer’s backend', async () => {
    const as = await gateway.tokenOf({ role: 'moderator', scope: 'global' });
    for (const path of ['/v1/work', '/v1/inbox']) {
      expect(await statusOf(as, 'GET', path)).toBe(403);
      expect(await gateway.call('GET', path)).toMatchObject({ status: 200, body: { items: expect.any(Array) } });
      expect(await statusOf(API_KEY, 'GET', `${path}?cursor=!!`)).toBeLessThan(500);
    }
    expect(await statusOf(as, 'POST', '/v1/work/nope/retry')).toBe(403);
    expect(await statusOf(API_KEY, 'POST', '/v1/work/nope/retry')).toBe(404);
  });
});

describe('revoking a user’s tokens', () => {
  let gateway: HttpGateway;
  let other: HttpGateway;
  beforeAll(async () => {
    gateway = await startHttpGateway();
    other = await startHttpGateway({ DATABASE_URL: gateway.database.url });
  });
  afterAll(async () => {
    await other.stop();
    await gateway.stop();
  });

  const mint = (userId: string) => gateway.tokenOf({ role: 'viewer', userId });
  const isGood = async (on: HttpGateway, as: string) =>
    (await on.call('GET', '/v1/sessions?limit=1', { as })).status === 200;

  it('voids those from before, and none from after, however close', async () => {
    for (let round = 0; round < 20; round++) {
      const before = await mint('eve');
      expect((await gateway.call('DELETE', '/v1/access-tokens?userId=eve')).status).toBe(204);
      const after = await mint('eve');
      expect([await isGood(gateway, before), await isGood(gateway, after)]).toEqual([false, true]);
    }
  });

  it('is known on every gateway soon, and told to whoever holds connections', async () => {
    const token = await mint('mal');
    const bystander = await mint('ida');
    expect(await isGood(other, token)).toBe(true);
    const told: string[] = [];
    other.app.get(Revocations).onRevoked((userId) => told.push(userId));
    await gateway.call('DELETE', '/v1/access-tokens?userId=mal');
    await until(async () => !(await isGood(other, token)));
    await until(async () => told.includes('mal'));
    expect(await isGood(other, bystander)).toBe(true);
  });
});

describe('limits', () => {
  let gateway: HttpGateway;
  beforeAll(async () => {
    gateway = await startHttpGateway({ RATE_LIMIT_USER: '5', RATE_LIMIT_UNAUTHENTICATED: '3', RATE_LIMIT_JOIN: '2' });
  });
  afterAll(() => gateway.stop());

  it('stop a user who asks too often, and neither others nor the customer’s backend', async () => {
    const [ann, bob] = [
      await gateway.tokenOf({ role: 'viewer' }),
      await gateway.tokenOf({ role: 'viewer', userId: 'bob' }),
    ];
    for (let i = 0; i < 5; i++) expect((await gateway.call('GET', '/v1/sessions', { as: ann })).status).toBe(200);
    const refused = await gateway.call('GET', '/v1/sessions', { as: ann });
    expect(refused).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await gateway.call('GET', '/v1/sessions', { as: bob })).status).toBe(200);
    for (let i = 0; i < 10; i++) expect((await gateway.call('GET', '/v1/sessions')).status).toBe(200);
  });

  it('stop an address that guesses keys, but not good keys from it', async () => {
    const guess = async () => (await gateway.call('GET', '/v1/sessions', { as: 'a-guess' })).status;
    expect([await guess(), await guess(), await guess(), await guess()]).toEqual([401, 401, 401, 429]);
    expect((await gateway.call('GET', '/v1/sessions')).status).toBe(200);
  });

  it('count by the address that a trusted proxy names, and by nothing that others claim', async () => {
    const behindProxy = await startHttpGateway({ RATE_LIMIT_UNAUTHENTICATED: '1', TRUST_PROXY: '127.0.0.0/8' });
    const guess = async (on: HttpGateway, address: string) =>
      (await on.call('GET', '/v1/sessions', { as: 'a-guess', headers: { 'x-forwarded-for': address } })).status;
    try {
      expect([await guess(behindProxy, '192.0.2.1'), await guess(behindProxy, '192.0.2.2')]).toEqual([401, 401]);
      expect(await guess(behindProxy, '192.0.2.1')).toBe(429);
      // The other gateway trusts nobody: for it all of these come from one address.
      const last = [];
      for (const n of [1, 2, 3, 4]) last.push(await guess(gateway, `192.0.2.${n}`));
      expect(last.at(-1)).toBe(429);
    } finally {
      await behindProxy.stop();
    }
  });

  it('stop a user who joins over and over', async () => {
    const { id } = await gateway.givenSession();
    const as = await gateway.tokenOf({ role: 'viewer', userId: 'zed' });
    const join = async () => (await gateway.call('POST', `/v1/sessions/${id}/join`, { as, json: {} })).status;
    const [first, second, third] = [await join(), await join(), await join()];
    expect([first, second]).not.toContain(429);
    expect(third).toBe(429);
  });
});

import { decodeJwt } from 'jose';
import type { JoinedSession, Session } from '#contracts';
import { Authenticator, type UserPrincipal } from '#platform';
import { PLENTY } from '#testing';
import { type Simulator, startSimulator } from '../../apps/simulator/src/simulator.js';
import { type HttpGateway, startHttpGateway } from './http.harness.js';

describe('creating and joining a session, with the real SDK against the simulator', () => {
  let simulator: Simulator;
  let gateway: HttpGateway;
  beforeAll(async () => {
    simulator = await startSimulator({ raisedQuotas: PLENTY });
    gateway = await startHttpGateway({ AWS_ENDPOINT_URL: simulator.url, RATE_LIMIT_JOIN: '0' });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulator.close();
  });

  const create = async (json: object = {}, as?: string) => {
    const answer = await gateway.call<Session>('POST', '/v1/sessions', {
      json: { name: 'a show', ...json },
      ...(as === undefined ? {} : { as }),
    });
    expect(answer.status).toBe(201);
    return answer.body;
  };
  const join = (session: Session, json: object, as?: string) =>
    gateway.call<JoinedSession>('POST', `/v1/sessions/${session.id}/join`, {
      json,
      ...(as === undefined ? {} : { as }),
    });
  const principalOf = async ({ body }: { body: JoinedSession }) =>
    (await gateway.app.get(Authenticator).authenticate(body.accessToken)) as UserPrincipal;

  it('makes a stage, keeps the metadata, and is seen in the snapshot at number 1', async () => {
    const session = await create({ hostUserId: 'ann', metadata: { tags: ['a'], deep: { n: 1.5, none: null } } });
    expect(session).toMatchObject({
      status: 'scheduled',
      visibility: 'public',
      stageDoor: 'invitation',
      region: 'us-west-2',
    });
    const snapshot = await gateway.call('GET', `/v1/sessions/${session.id}`);
    expect(snapshot.body).toMatchObject({ seq: 1, session, participants: [], audience: { watching: 0 } });
  });

  it('by a host token has that host, and no other', async () => {
    const as = await gateway.tokenOf({ role: 'host', userId: 'bob' });
    expect(await create({}, as)).toMatchObject({ hostUserId: 'bob' });
    const other = await gateway.call('POST', '/v1/sessions', { as, json: { name: 'x', hostUserId: 'ann' } });
    expect(other).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const viewer = await gateway.tokenOf({ role: 'viewer' });
    expect((await gateway.call('POST', '/v1/sessions', { as: viewer, json: { name: 'x' } })).status).toBe(403);
  });

  it('in a region that is not allowed is a bad field', async () => {
    const answer = await gateway.call('POST', '/v1/sessions', { json: { name: 'x', region: 'eu-west-1' } });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/region' }] } });
  });

  it('gives a client everything in one call', async () => {
    const session = await create({ hostUserId: 'ann', visibility: 'private' });
    const joined = await join(session, { userId: 'ann', role: 'host', deviceId: 'phone', displayName: 'Ann' });
    expect(joined).toMatchObject({
      status: 200,
      body: {
        participantToken: expect.any(String),
        participantId: expect.any(String),
        deviceId: 'phone',
        live: { url: gateway.url, topic: `session/${session.id}` },
      },
    });
    expect(Date.parse(joined.body.expiresAt)).toBeGreaterThan(Date.parse(session.createdAt));
    expect(await principalOf(joined)).toMatchObject({
      userId: 'ann',
      role: 'host',
      sessionId: session.id,
      displayName: 'Ann',
    });
    const { accessToken: as } = joined.body;
    expect((await gateway.call('GET', `/v1/sessions/${session.id}`, { as })).status).toBe(200);
    expect((await gateway.call('POST', `/v1/sessions/${session.id}/end`, { as })).status).toBe(202);
  });

  it('wants a user from the customer’s backend, and lets nobody be another', async () => {
    const session = await create();
    expect(await join(session, {})).toMatchObject({ status: 422, body: { errors: [{ pointer: '/userId' }] } });
    const as = await gateway.tokenOf({ role: 'viewer', userId: 'eve' });
    expect(await join(session, { userId: 'ann' }, as)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    const joined = await join(session, { userId: 'eve' }, as);
    expect(await principalOf(joined)).toMatchObject({ userId: 'eve', role: 'viewer' });
    const bodyless = await gateway.call<JoinedSession>('POST', `/v1/sessions/${session.id}/join`, { as });
    expect(await principalOf(bodyless)).toMatchObject({ userId: 'eve', role: 'viewer' });
  });

  it('lets a viewer on stage only through an open stage door', async () => {
    const as = await gateway.tokenOf({ role: 'viewer', userId: 'eve' });
    expect((await join(await create(), { role: 'guest' }, as)).status).toBe(403);
    const open = await create({ stageDoor: 'open' });
    const joined = await join(open, { role: 'guest' }, as);
    expect(joined.status).toBe(200);
    expect(await principalOf(joined)).toMatchObject({ role: 'viewer', sessionId: open.id });
    for (const role of ['host', 'moderator']) expect((await join(open, { role }, as)).status).toBe(403);
  });

  it('gives no token that outlives or survives the one it was made with', async () => {
    const session = await create();
    const as = await gateway.tokenOf({ role: 'viewer', userId: 'mal', ttlSeconds: 60 });
    const joined = await join(session, {}, as);
    expect(decodeJwt(joined.body.accessToken).exp).toBeLessThanOrEqual(Number(decodeJwt(as).exp));
    await gateway.call('DELETE', '/v1/access-tokens?userId=mal');
    const { status } = await gateway.call('GET', '/v1/sessions', { as: joined.body.accessToken });
    expect(status).toBe(401);
  });

  it('after the end is refused, with the credentials of anyone who sees the session', async () => {
    const session = await create();
    await gateway.call('POST', `/v1/sessions/${session.id}/end`);
    const as = await gateway.tokenOf({ role: 'viewer' });
    expect(await join(session, {}, as)).toMatchObject({ status: 409, body: { code: 'SESSION_ENDED' } });
    expect(await join(session, { userId: 'ann', role: 'host' })).toMatchObject({ status: 409 });
  });
});

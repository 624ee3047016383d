import type { LiveEvent, SessionSnapshot } from '#contracts';
import { checkLog, fold, viewOfSession } from '#ivs';
import { PLENTY } from '#testing';
import { type Simulator, startSimulator } from '../../apps/simulator/src/simulator.js';
import { type HttpGateway, startHttpGateway } from './http.harness.js';

describe('the stage door', () => {
  let simulator: Simulator;
  let gateway: HttpGateway;
  let host: string;
  beforeAll(async () => {
    simulator = await startSimulator({ raisedQuotas: PLENTY });
    gateway = await startHttpGateway({ AWS_ENDPOINT_URL: simulator.url });
    host = await gateway.tokenOf({ role: 'host', userId: 'bob' });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulator.close();
  });

  const given = async (more: object = {}) => {
    const { body } = await gateway.call<{ id: string }>('POST', '/v1/sessions', {
      json: { name: 'x', hostUserId: 'bob', ...more },
    });
    return `/v1/sessions/${body.id}`;
  };
  const viewer = (userId: string) => gateway.tokenOf({ role: 'viewer', userId });
  const statusOf = async (as: string | undefined, method: string, path: string, json?: unknown) =>
    (await gateway.call(method, path, { ...(as === undefined ? {} : { as }), ...(json === undefined ? {} : { json }) }))
      .status;
  const snapshotOf = async (session: string) => (await gateway.call<SessionSnapshot>('GET', session)).body;
  const logOf = async (session: string) =>
    (await gateway.call<{ events: LiveEvent[] }>('GET', `${session}/events`)).body.events;

  it('lets whoever the host invited join as a guest, once and for all, and nobody else', async () => {
    const session = await given();
    const [ann, eve] = [await viewer('ann'), await viewer('eve')];
    const asGuest = (as: string) => statusOf(as, 'POST', `${session}/join`, { role: 'guest' });
    expect(await asGuest(ann)).toBe(403);
    expect(await statusOf(ann, 'POST', `${session}/invitations`, { userId: 'ann' })).toBe(403);
    const first = await gateway.call('POST', `${session}/invitations`, { as: host, json: { userId: 'ann' } });
    expect(first).toMatchObject({ status: 201, body: { userId: 'ann', invitedAt: expect.any(String) } });
    const second = await gateway.call('POST', `${session}/invitations`, { json: { userId: 'ann' } });
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect([await asGuest(ann), await asGuest(eve)]).toEqual([200, 403]);
    expect(await statusOf(ann, 'POST', `${session}/join`, { role: 'host' })).toBe(403);
    const moderator = await gateway.tokenOf({ role: 'moderator', userId: 'ann', scope: 'global' });
    expect(await asGuest(moderator)).toBe(403);
    expect(
      await statusOf(await gateway.tokenOf({ role: 'host', userId: 'ann' }), 'POST', `${session}/join`, {
        role: 'guest',
      }),
    ).toBe(200);
  });

  it('shows raised hands in order, in the log as in the snapshot', async () => {
    const session = await given();
    for (const userId of ['zed', 'ann', 'kim']) {
      expect(await statusOf(await viewer(userId), 'POST', `${session}/hands`)).toBe(201);
    }
    const zed = await viewer('zed');
    expect(await statusOf(zed, 'POST', `${session}/hands`, {})).toBe(201);
    expect(await statusOf(zed, 'DELETE', `${session}/hands`)).toBe(204);
    expect(await statusOf(zed, 'DELETE', `${session}/hands`)).toBe(204);
    expect(await statusOf(undefined, 'POST', `${session}/hands`, { userId: 'zed' })).toBe(201);
    const snapshot = await snapshotOf(session);
    expect(snapshot.hands).toEqual([{ userId: 'ann' }, { userId: 'kim' }, { userId: 'zed' }]);
    const log = await logOf(session);
    expect(log.map(({ type }) => type)).toEqual([
      'session.created',
      ...Array.from({ length: 3 }, () => 'hand.raised'),
      'hand.lowered',
      'hand.raised',
    ]);
    expect(checkLog(log)).toEqual([]);
    expect(fold(viewOfSession(snapshot.session), log).hands).toEqual(snapshot.hands);
  });

  it('lets the host and moderators turn somebody down, and viewers only themselves', async () => {
    const session = await given();
    const ann = await viewer('ann');
    await gateway.call('POST', `${session}/hands`, { as: ann });
    expect(await statusOf(await viewer('eve'), 'DELETE', `${session}/hands?userId=ann`)).toBe(403);
    expect(await statusOf(await viewer('eve'), 'POST', `${session}/hands`, { userId: 'ann' })).toBe(403);
    expect((await snapshotOf(session)).hands).toHaveLength(1);
    const moderator = await gateway.tokenOf({ role: 'moderator', sessionId: session.split('/')[3] });
    expect(await statusOf(moderator, 'DELETE', `${session}/hands?userId=ann`)).toBe(204);
    expect((await snapshotOf(session)).hands).toEqual([]);
    expect(await statusOf(moderator, 'POST', `${session}/hands`)).toBe(403);
    expect(await statusOf(undefined, 'POST', `${session}/hands`)).toBe(422);
  });

  it('lowers the hand of whoever came on stage', async () => {
    const session = await given({ stageDoor: 'open' });
    const ann = await viewer('ann');
    await gateway.call('POST', `${session}/hands`, { as: ann });
    expect(await statusOf(ann, 'POST', `${session}/join`, { role: 'viewer' })).toBe(200);
    expect((await snapshotOf(session)).hands).toEqual([{ userId: 'ann' }]);
    expect(await statusOf(ann, 'POST', `${session}/join`, { role: 'guest' })).toBe(200);
    expect((await snapshotOf(session)).hands).toEqual([]);
    expect((await logOf(session)).at(-1)).toMatchObject({ type: 'hand.lowered', data: { userId: 'ann' } });
  });

  it('is hidden with a private session, and closed with one that has ended', async () => {
    const session = await given({ visibility: 'private' });
    const [ann, path] = [await viewer('ann'), `${session}/hands`];
    expect([await statusOf(ann, 'POST', path), await statusOf(ann, 'DELETE', path)]).toEqual([404, 404]);
    const other = await gateway.tokenOf({ role: 'host', userId: 'eve' });
    expect(await statusOf(other, 'POST', `${session}/invitations`, { userId: 'x' })).toBe(404);
    const inside = await gateway.tokenOf({ role: 'viewer', userId: 'kim', sessionId: session.split('/')[3] });
    expect(await statusOf(inside, 'POST', path)).toBe(201);
    await gateway.call('POST', `${session}/end`, { as: host });
    for (const [as, method, route, json] of [
      [inside, 'POST', 'hands', undefined],
      [inside, 'DELETE', 'hands', undefined],
      [host, 'POST', 'invitations', { userId: 'kim' }],
    ] as const) {
      expect(await statusOf(as, method, `${session}/${route}`, json)).toBe(409);
    }
    expect((await snapshotOf(session)).hands).toEqual([{ userId: 'kim' }]);
    expect(checkLog(await logOf(session))).toEqual([]);
  });
});

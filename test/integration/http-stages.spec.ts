import type { Session, Stage, StagePage, StageToken } from '#contracts';
import { PLENTY } from '#testing';
import { type Simulator, startSimulator } from '../../apps/simulator/src/simulator.js';
import { type HttpGateway, startHttpGateway } from './http.harness.js';

const OTHER_REGION = 'eu-central-1';
const idOf = (arn: string) => arn.split('/').at(-1) ?? '';
const encoded = encodeURIComponent;

let simulator: Simulator;
let gateway: HttpGateway;
beforeAll(async () => {
  simulator = await startSimulator({ raisedQuotas: PLENTY });
  gateway = await startHttpGateway({
    AWS_ENDPOINT_URL: simulator.url,
    STAGEDOOR_REGIONS: `us-west-2,${OTHER_REGION}`,
    RATE_LIMIT_USER: '0',
  });
});
afterAll(async () => {
  await gateway.stop();
  await simulator.close();
});

const as = (token: string | undefined) => (token === undefined ? {} : { as: token });
const createStage = async (json: object = {}, token?: string) => {
  const answer = await gateway.call<Stage>('POST', '/v1/stages', { json: { name: 'a-stage', ...json }, ...as(token) });
  expect(answer.status).toBe(201);
  return answer.body;
};
const mint = (arn: string, json: object = {}, token?: string) =>
  gateway.call<StageToken>('POST', `/v1/stages/${encoded(arn)}/participant-tokens`, { json, ...as(token) });
const host = (userId: string) => gateway.tokenOf({ role: 'host', userId });
const viewer = (userId: string) => gateway.tokenOf({ role: 'viewer', userId });
const session = async (json: object = {}) =>
  (await gateway.call<Session>('POST', '/v1/sessions', { json: { name: 'a show', ...json } })).body;
const everyStage = async (query: string, token?: string) => {
  const arns: string[] = [];
  let nextToken: string | undefined;
  do {
    const page = nextToken ? `&nextToken=${encoded(nextToken)}` : '';
    const answer = await gateway.call<StagePage>('GET', `/v1/stages?${query}${page}`, as(token));
    expect(answer.status).toBe(200);
    arns.push(...answer.body.stages.map(({ arn }) => arn));
    nextToken = answer.body.nextToken;
  } while (nextToken);
  return arns;
};

describe('stages by the customer’s backend', () => {
  it('are made in any allowed region, as AWS answers them, and carry the tags that keep the sweep away', async () => {
    const stage = await createStage({ region: OTHER_REGION, tags: { demoStatus: 'live', demoTitle: 'Ann' } });
    expect(stage).toMatchObject({
      arn: expect.stringContaining(`arn:aws:ivs:${OTHER_REGION}:`),
      name: 'a-stage',
      endpoints: { whip: expect.any(String) },
      tags: { demoStatus: 'live', 'stagedoor:managed': 'api', 'stagedoor:installation': expect.any(String) },
    });
  });

  it('are found by id in their region, by percent-encoded ARN anywhere, and are gone when deleted', async () => {
    const [near, far] = [await createStage(), await createStage({ region: OTHER_REGION })];
    const remove = async (path: string) => (await gateway.call('DELETE', `/v1/stages/${path}`)).status;
    expect(await remove(idOf(far.arn))).toBe(404);
    expect(await remove(`${idOf(far.arn)}?region=${OTHER_REGION}`)).toBe(204);
    expect(await remove(encoded(near.arn))).toBe(204);
    expect(await remove(idOf(near.arn))).toBe(404);
    expect(await mint(near.arn, { userId: 'ann' })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('in a region beyond the allow-list are a bad field', async () => {
    const foreign = 'arn:aws:ivs:ap-south-1:123456789012:stage/abcdefghijkl';
    for (const [method, path, json, pointer] of [
      ['POST', '/v1/stages', { name: 'x', region: 'ap-south-1' }, '/region'],
      ['GET', '/v1/stages?region=ap-south-1', undefined, '/query/region'],
      ['DELETE', '/v1/stages/abcdefghijkl?region=ap-south-1', undefined, '/query/region'],
      ['DELETE', `/v1/stages/${encoded(foreign)}`, undefined, '/path'],
    ] as const) {
      const answer = await gateway.call(method, path, json ? { json } : {});
      expect({ path, ...answer }).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
  });

  it('are listed page by page, each once', async () => {
    const made = await Promise.all([1, 2, 3, 4, 5].map(() => createStage({ region: OTHER_REGION })));
    const arns = await everyStage(`region=${OTHER_REGION}&maxResults=2`);
    expect(arns).toEqual(expect.arrayContaining(made.map(({ arn }) => arn)));
    expect(new Set(arns).size).toBe(arns.length);
    const odd = await gateway.call('GET', '/v1/stages?nextToken=nonsense');
    expect(odd).toMatchObject({ status: 422, body: { errors: [{ pointer: '/query/nextToken' }] } });
  });

  it('refuse what AWS would refuse, field by field', async () => {
    const json = { name: 'no spaces', tags: { 'stagedoor:managed': 'me', 'aws:x': 'y', fine: 'x'.repeat(257) } };
    const answer = await gateway.call<{ errors: { pointer: string }[] }>('POST', '/v1/stages', { json });
    expect(answer.status).toBe(422);
    const pointers = answer.body.errors.map(({ pointer }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['/name', '/tags/stagedoor:managed', '/tags/aws:x', '/tags/fine']));
  });
});

describe('participant tokens of a stage', () => {
  it('have the package’s defaults for the customer’s backend, and what it asks for', async () => {
    const { arn } = await createStage();
    const before = Date.now();
    const { status, body } = await mint(arn, { userId: 'ann', attributes: { displayName: 'Ann' } });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        token: expect.any(String),
        participantId: expect.any(String),
        userId: 'ann',
        capabilities: ['PUBLISH', 'SUBSCRIBE'],
        attributes: { displayName: 'Ann' },
      },
    });
    expect(Date.parse(body.expirationTime) - before).toBeGreaterThan(119 * 60_000);
    expect(Date.parse(body.expirationTime) - before).toBeLessThan(121 * 60_000);
    expect((await mint(arn)).body.userId).toMatch(/^anonymous-/);
  });

  it('refuse what IVS would', async () => {
    const { arn } = await createStage();
    for (const [json, pointer] of [
      [{ userId: 'x'.repeat(129) }, '/userId'],
      [{ userId: 'a', attributes: { long: 'é'.repeat(511) } }, '/attributes'],
      [{ userId: 'a', durationMinutes: 20_161 }, '/durationMinutes'],
      [{ userId: 'a', capabilities: ['DANCE'] }, '/capabilities/0'],
    ] as const) {
      expect(await mint(arn, json)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
    }
  });

  it('of a session are remembered with the role that they amount to, and end with it', async () => {
    const show = await session({ hostUserId: 'ann' });
    const roleOf = async (json: object) => {
      const { participantId } = (await mint(show.stageArn, json)).body;
      const [row] = await gateway.database.query<{ role: string; session_id: string }>(
        'SELECT role, session_id FROM participant_token WHERE participant_id = $1',
        [participantId],
      );
      expect(row?.session_id).toBe(show.id);
      return row?.role;
    };
    expect(await roleOf({ userId: 'ann' })).toBe('host');
    expect(await roleOf({ userId: 'bob' })).toBe('guest');
    expect(await roleOf({ userId: 'ann', capabilities: ['SUBSCRIBE'] })).toBe('viewer');
    const dressedUp = await mint(show.stageArn, { userId: 'bob', attributes: { role: 'host' } });
    expect(dressedUp.body.attributes).toEqual({ role: 'guest' });
    await gateway.call('POST', `/v1/sessions/${show.id}/end`);
    expect(await mint(show.stageArn, { userId: 'ann' })).toMatchObject({
      status: 409,
      body: { code: 'SESSION_ENDED' },
    });
  });
});

describe('a phone with an access token', () => {
  it('makes and deletes stages as a host, and only its own', async () => {
    const [ann, bob] = [await host('ann'), await host('bob')];
    const stage = await createStage({}, ann);
    const path = `/v1/stages/${encoded(stage.arn)}`;
    // Not in the lobby: to others it is not there.
    expect((await gateway.call('DELETE', path, { as: bob })).status).toBe(404);
    expect((await mint(stage.arn, {}, bob)).status).toBe(404);
    expect((await mint(stage.arn, {}, ann)).body).toMatchObject({
      userId: 'ann',
      capabilities: ['PUBLISH', 'SUBSCRIBE'],
    });
    expect((await gateway.call('DELETE', path, { as: ann })).status).toBe(204);
    for (const token of [
      await viewer('eve'),
      await gateway.tokenOf({ role: 'moderator', scope: 'global' }),
      await gateway.tokenOf({ role: 'host', sessionId: (await session()).id }),
    ]) {
      expect((await gateway.call('POST', '/v1/stages', { as: token, json: { name: 'x' } })).status).toBe(403);
    }
  });

  it('sees in the lobby what was put there, and watches it without publishing', async () => {
    const [ann, eve] = [await host('ann'), await viewer('eve')];
    const listed = await createStage({ tags: { demoStatus: 'live' } }, ann);
    const unlisted = await createStage({}, ann);
    const [open, hidden] = [await session(), await session({ visibility: 'private', hostUserId: 'ann' })];
    const seen = await everyStage('maxResults=3', eve);
    expect(seen).toEqual(expect.arrayContaining([listed.arn, open.stageArn]));
    for (const arn of [unlisted.arn, hidden.stageArn]) {
      expect(seen).not.toContain(arn);
      expect((await mint(arn, {}, eve)).status).toBe(404);
    }
    expect(await everyStage('', ann)).toEqual(
      expect.arrayContaining([listed.arn, unlisted.arn, open.stageArn, hidden.stageArn]),
    );
    for (const arn of [listed.arn, open.stageArn]) {
      expect((await mint(arn, {}, eve)).body).toMatchObject({ userId: 'eve', capabilities: ['SUBSCRIBE'] });
      const greedy = await mint(arn, { capabilities: ['PUBLISH'] }, eve);
      expect(greedy).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect((await mint(arn, { userId: 'ann' }, eve)).status).toBe(403);
    }
    expect((await gateway.call('DELETE', `/v1/stages/${encoded(listed.arn)}`, { as: eve })).status).toBe(403);
  });

  it('publishes when it was invited', async () => {
    const { id, stageArn } = await session();
    const eve = await viewer('eve');
    expect((await mint(stageArn, {}, eve)).body.capabilities).toEqual(['SUBSCRIBE']);
    await gateway.call('POST', `/v1/sessions/${id}/invitations`, { json: { userId: 'eve' } });
    expect((await mint(stageArn, {}, eve)).body.capabilities).toEqual(['PUBLISH', 'SUBSCRIBE']);
  });

  it('publishes through an open stage door', async () => {
    const { stageArn } = await session({ stageDoor: 'open' });
    expect((await mint(stageArn, {}, await viewer('eve'))).body.capabilities).toEqual(['PUBLISH', 'SUBSCRIBE']);
  });

  it('by deleting the stage of its session ends the session', async () => {
    const show = await session({ hostUserId: 'ann' });
    const path = `/v1/stages/${encoded(show.stageArn)}`;
    expect((await gateway.call('DELETE', path, { as: await host('bob') })).status).toBe(403);
    expect((await gateway.call('DELETE', path, { as: await host('ann') })).status).toBe(204);
    const { body } = await gateway.call('GET', `/v1/sessions/${show.id}`);
    expect(body).toMatchObject({ session: { status: 'ended', endReason: 'host_ended' } });
  });

  it('knows nothing of stages that were made elsewhere', async () => {
    const elsewhere = 'arn:aws:ivs:us-west-2:123456789012:stage/unknownstage';
    expect((await mint(elsewhere, {}, await host('ann'))).status).toBe(404);
    expect((await gateway.call('DELETE', `/v1/stages/${encoded(elsewhere)}`, { as: await host('ann') })).status).toBe(
      404,
    );
  });
});

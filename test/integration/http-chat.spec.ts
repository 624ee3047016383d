import { GetRoomCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import type { ChatRoom, ChatToken, JoinedSession, Operation, Session, Stage } from '#contracts';
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
const createStage = async (json: object, token: string) => {
  const answer = await gateway.call<Stage>('POST', '/v1/stages', { json: { name: 'a-stage', ...json }, as: token });
  expect(answer.status).toBe(201);
  return answer.body;
};
const createRoom = async (json: object = {}, token?: string) => {
  const answer = await gateway.call<ChatRoom>('POST', '/v1/chat-rooms', {
    json: { name: 'a-room', ...json },
    ...as(token),
  });
  expect(answer.status).toBe(201);
  return answer.body;
};
const mintChat = (arn: string, json: object = {}, token?: string) =>
  gateway.call<ChatToken>('POST', `/v1/chat-rooms/${encoded(arn)}/tokens`, { json, ...as(token) });
const host = (userId: string) => gateway.tokenOf({ role: 'host', userId });
const viewer = (userId: string) => gateway.tokenOf({ role: 'viewer', userId });
const session = async (json: object = {}) =>
  (await gateway.call<Session>('POST', '/v1/sessions', { json: { name: 'a show', ...json } })).body;
const chatToken = ({ id }: Session, json: object = {}, token?: string) =>
  gateway.call<ChatToken>('POST', `/v1/sessions/${id}/chat-token`, { json, ...as(token) });
const minutesUntil = (time: string) => Math.round((Date.parse(time) - Date.now()) / 60_000);

const clientOptions = () => ({
  endpoint: simulator.url,
  region: 'us-west-2',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
});

describe('chat rooms by themselves', () => {
  it('have the package’s defaults, and are gone when deleted', async () => {
    const room = await createRoom({ region: OTHER_REGION });
    expect(room).toMatchObject({
      arn: expect.stringContaining(`arn:aws:ivschat:${OTHER_REGION}:`),
      maximumMessageLength: 500,
      maximumMessageRatePerSecond: 30,
      createTime: expect.any(String),
      tags: { 'stagedoor:managed': 'api' },
    });
    expect((await mintChat(room.arn, { userId: 'ann', capabilities: [] })).status).toBe(201);
    const path = `/v1/chat-rooms/${idOf(room.arn)}?region=${OTHER_REGION}`;
    expect((await gateway.call('DELETE', path)).status).toBe(204);
    expect((await gateway.call('DELETE', path)).status).toBe(404);
    expect((await mintChat(room.arn, { userId: 'ann' })).status).toBe(404);
  });

  it('give AWS’s own token, for two hours and to send by default', async () => {
    const { arn } = await createRoom();
    const { status, body } = await mintChat(arn, { userId: 'ann', attributes: { displayName: 'Ann' } });
    expect(status).toBe(201);
    const lives = (time: string) => Math.round((Date.parse(time) - Date.now()) / 60_000);
    expect([lives(body.sessionExpirationTime), lives(body.tokenExpirationTime)]).toEqual([120, 1]);
    expect(await mintChat(arn)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/userId' }] } });
    expect((await mintChat(arn, { userId: 'a', sessionDurationInMinutes: 181 })).status).toBe(422);
  });

  it('are their maker’s, and open to the lobby through a stage of the same maker', async () => {
    const [ann, bob, eve] = [await host('ann'), await host('bob'), await viewer('eve')];
    const room = await createRoom({}, ann);
    await createStage({ tags: { demoStatus: 'live', demoChatRoomArn: room.arn } }, bob);
    expect((await mintChat(room.arn, {}, eve)).status).toBe(404);
    await createStage({ tags: { demoStatus: 'live', demoChatRoomArn: room.arn } }, ann);
    expect((await mintChat(room.arn, {}, eve)).status).toBe(201);
    expect((await mintChat(room.arn, { userId: 'ann' }, eve)).status).toBe(403);
    const everything = { capabilities: ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'] };
    expect((await mintChat(room.arn, everything, eve)).status).toBe(403);
    expect((await mintChat(room.arn, everything, ann)).status).toBe(201);
    const path = `/v1/chat-rooms/${encoded(room.arn)}`;
    expect((await gateway.call('DELETE', path, { as: eve })).status).toBe(403);
    expect((await gateway.call('DELETE', path, { as: ann })).status).toBe(204);
  });
});

describe('the chat of a session', () => {
  it('is made with it, bears its tags, and is named by its stage in the lobby', async () => {
    const chat = { maximumMessageLength: 100, maximumMessageRatePerSecond: 5 };
    const show = await session({ chat, name: 'Friday night', metadata: { description: 'A show' } });
    const rooms = new IvschatClient(clientOptions());
    const room = await rooms.send(new GetRoomCommand({ identifier: show.roomArn }));
    expect(room).toMatchObject({ ...chat, tags: { 'stagedoor:session': show.id } });
    const { body } = await gateway.call<{ stages: Stage[] }>('GET', '/v1/stages?maxResults=100');
    expect(body.stages.find(({ arn }) => arn === show.stageArn)?.tags).toMatchObject({
      demoStatus: 'live',
      demoTitle: 'Friday night',
      demoDescription: 'A show',
      demoChatRoomArn: show.roomArn,
      'stagedoor:session': show.id,
    });
    expect((await session()).roomArn).toBeUndefined();
    const odd = await gateway.call('POST', '/v1/sessions', {
      json: { name: 'x', chat: { maximumMessageLength: 501, y: 1 } },
    });
    expect(odd).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/chat/maximumMessageLength' }, { pointer: '/chat/y' }] },
    });
  });

  it('is told to whoever joins, and its tokens are good until the chat session ends', async () => {
    const show = await session({ chat: {}, hostUserId: 'ann' });
    const as = await host('ann');
    const joined = await gateway.call<JoinedSession>('POST', `/v1/sessions/${show.id}/join`, {
      as,
      json: { role: 'host' },
    });
    expect(joined.body.chat).toEqual({
      roomArn: show.roomArn,
      region: 'us-west-2',
      endpoint: simulator.url.replace('http', 'ws'),
      tokenUrl: `${gateway.url}/v1/sessions/${show.id}/chat-token`,
    });
    const { status, body } = await chatToken(show, {}, joined.body.accessToken);
    expect(status).toBe(200);
    expect(body.tokenExpirationTime).toBe(body.sessionExpirationTime);
    // The access token's ten minutes, rounded up to IVS's whole ones.
    expect([10, 11]).toContain(minutesUntil(body.sessionExpirationTime));
    expect(minutesUntil((await chatToken(show, { userId: 'ann' })).body.sessionExpirationTime)).toBe(60);
  });

  it('is for those who see the session, each as oneself', async () => {
    const [open, hidden] = [await session({ chat: {} }), await session({ chat: {}, visibility: 'private' })];
    const eve = await viewer('eve');
    expect((await chatToken(open, {}, eve)).status).toBe(200);
    expect((await chatToken(open, { userId: 'ann' }, eve)).status).toBe(403);
    expect((await chatToken(hidden, {}, eve)).status).toBe(404);
    expect((await mintChat(hidden.roomArn ?? '', {}, eve)).status).toBe(404);
    expect(await chatToken(open)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/userId' }] } });
    expect((await chatToken(await session(), { userId: 'ann' })).status).toBe(404);
    const owner = await session({ chat: {}, hostUserId: 'ann' });
    const deletes = { capabilities: ['DELETE_MESSAGE'] };
    expect((await mintChat(owner.roomArn ?? '', deletes, await host('ann'))).status).toBe(403);
    expect((await mintChat(owner.roomArn ?? '', { userId: 'a', ...deletes })).status).toBe(201);
  });

  it('ends with it, and not before', async () => {
    const show = await session({ chat: {} });
    const path = `/v1/chat-rooms/${encoded(show.roomArn ?? '')}`;
    expect(await gateway.call('DELETE', path)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    const ended = await gateway.call<{ operationId: string }>('POST', `/v1/sessions/${show.id}/end`);
    const { body } = await gateway.call<Operation>('GET', `/v1/operations/${ended.body.operationId}`);
    expect(body.steps.map(({ name }) => name)).toEqual(['stage.delete', 'stage.verify', 'room.delete', 'room.verify']);
    expect(await chatToken(show, { userId: 'ann' })).toMatchObject({ status: 409, body: { code: 'SESSION_ENDED' } });
    expect((await mintChat(show.roomArn ?? '', { userId: 'ann' })).status).toBe(409);
  });
});

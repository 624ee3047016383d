import { createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  DeletePublicKeyCommand,
  DisconnectParticipantCommand,
  GetPublicKeyCommand,
  GetStageCommand,
  ImportPublicKeyCommand,
  ListParticipantEventsCommand,
  ListPublicKeysCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ivs-realtime';
import { participantClaims } from '#ivs';
import {
  clientsFor,
  createStage,
  idle,
  join,
  Receiver,
  startCloud,
  subscribe,
  type TestCloud,
} from './simulator.harness.js';

const DAY_SECONDS = 86_400;
const newPair = (namedCurve = 'P-384') => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return { publicKey, privateKey: createPrivateKey(privateKey) };
};
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const PAIR = newPair();

type Claims = Record<string, unknown>;

function signed(header: object, claims: Claims, key: KeyObject = PAIR.privateKey): string {
  const input = `${part(header)}.${part(claims)}`;
  const signature = sign('sha384', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' });
  return `${input}.${signature.toString('base64url')}`;
}

describe('public keys in the simulator, through the SDK', () => {
  let cloud: TestCloud;
  beforeEach(async () => {
    cloud = await startCloud();
  });
  afterEach(() => cloud.close());
  const importKey = (publicKeyMaterial: string, more: object = {}) =>
    cloud.realTime.send(new ImportPublicKeyCommand({ publicKeyMaterial, ...more }));

  it('are imported, read, listed, tagged and deleted', async () => {
    const tags = { team: 'shows' };
    const { publicKey: imported } = await importKey(PAIR.publicKey, { name: 'first', tags });
    expect(imported).toMatchObject({ name: 'first', tags, publicKeyMaterial: PAIR.publicKey });
    expect(imported?.arn).toMatch(/^arn:aws:ivs:us-west-2:\d{12}:public-key\/\w+$/);
    expect(imported?.fingerprint).toMatch(/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/);
    const arn = imported?.arn;
    const read = await cloud.realTime.send(new GetPublicKeyCommand({ arn }));
    expect(read.publicKey).toEqual(imported);
    const { publicKeys } = await cloud.realTime.send(new ListPublicKeysCommand({}));
    expect(publicKeys).toEqual([{ arn, name: 'first', tags }]);
    expect((await cloud.realTime.send(new ListTagsForResourceCommand({ resourceArn: arn }))).tags).toEqual(tags);
    await cloud.realTime.send(new DeletePublicKeyCommand({ arn }));
    await expect(cloud.realTime.send(new GetPublicKeyCommand({ arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('are refused when they are no key, of another curve, known already, or the fourth of a region', async () => {
    const text = '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n';
    for (const bad of ['', 'a key', text, newPair('P-256').publicKey]) {
      await expect(importKey(bad)).rejects.toMatchObject({ name: 'ValidationException' });
    }
    await importKey(PAIR.publicKey);
    await expect(importKey(PAIR.publicKey)).rejects.toMatchObject({ name: 'ConflictException' });
    await importKey(newPair().publicKey);
    await importKey(newPair().publicKey);
    await expect(importKey(newPair().publicKey)).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
      $metadata: { httpStatusCode: 402 },
    });
    const elsewhere = clientsFor(cloud.url, 'eu-west-1').realTime;
    await elsewhere.send(new ImportPublicKeyCommand({ publicKeyMaterial: newPair().publicKey }));
  });
});

describe('a token made with a key pair, at the simulator', () => {
  let cloud: TestCloud;
  let stageArn: string;
  let kid: string;
  let good: Claims;
  beforeEach(async () => {
    cloud = await startCloud();
    stageArn = await createStage(cloud);
    const { publicKey } = await cloud.realTime.send(new ImportPublicKeyCommand({ publicKeyMaterial: PAIR.publicKey }));
    kid = publicKey?.arn ?? '';
    good = await claimsFor(stageArn);
  });
  afterEach(() => cloud.close());

  const claimsFor = async (arn: string, more: object = {}): Promise<Claims> => {
    const { stage } = await cloud.realTime.send(new GetStageCommand({ arn }));
    const issuedAt = Math.floor(Date.now() / 1_000);
    return participantClaims(
      { arn, eventsUrl: stage?.endpoints?.events ?? '', whipUrl: stage?.endpoints?.whip ?? '' },
      { participantId: 'ann-phone', userId: 'ann', capabilities: ['PUBLISH', 'SUBSCRIBE'], attributes: {}, ...more },
      { issuedAt, expiresAt: issuedAt + 3_600 },
    );
  };
  const header = (change: object = {}) => ({ alg: 'ES384', typ: 'JWT', kid, ...change });
  const present = (token: string) =>
    cloud.control<{ code?: string; detail?: string }>('POST', '/participants', { token });
  const enter = (claims: Claims) => present(signed(header(), claims));

  it('opens the stage for the participant that its jti names', async () => {
    const joined = await enter(good);
    expect(joined).toMatchObject({ status: 201, body: { participantId: 'ann-phone', userId: 'ann', stageArn } });
    expect((await cloud.control('POST', '/participants/ann-phone/publish')).status).toBe(200);
  });

  const now = () => Math.floor(Date.now() / 1_000);
  it.each<[string, string, () => Claims]>([
    ['exp in the past', 'expired', () => ({ exp: now() - 1, iat: now() - 10 })],
    ['exp more than 14 days after iat', '14 days', () => ({ iat: now(), exp: now() + 14 * DAY_SECONDS + 1 })],
    ['exp that is no number', 'exp', () => ({ exp: 'soon' })],
    ['iat missing', 'iat', () => ({ iat: undefined })],
    ['iat in the future', 'iat', () => ({ iat: now() + 600 })],
    ['jti missing', 'jti', () => ({ jti: undefined })],
    ['jti of 65 characters', 'jti', () => ({ jti: 'a'.repeat(65) })],
    ['jti with other characters', 'jti', () => ({ jti: 'ann phone' })],
    ['resource of no stage', 'deleted', () => ({ resource: `${stageArn}x` })],
    ['resource in another region', 'kid', () => ({ resource: stageArn.replace('us-west-2', 'eu-west-1') })],
    ['topic of another stage', 'topic', () => ({ topic: 'another' })],
    ['events_url of another', 'events_url', () => ({ events_url: 'wss://elsewhere' })],
    ['whip_url missing', 'whip_url', () => ({ whip_url: undefined })],
    ['whip_url of another', 'whip_url', () => ({ whip_url: 'https://elsewhere' })],
    ['capabilities missing', 'capabilities', () => ({ capabilities: undefined })],
    ['a capability missing', 'allow_subscribe', () => ({ capabilities: { allow_publish: true } })],
    [
      'a capability as text',
      'allow_publish',
      () => ({ capabilities: { allow_publish: 'yes', allow_subscribe: true } }),
    ],
    ['attributes over 1 KB', 'attributes', () => ({ attributes: { a: 'é'.repeat(600) } })],
    ['a user id of 129 characters', 'user_id', () => ({ user_id: 'u'.repeat(129) })],
    ['version missing', 'version', () => ({ version: undefined })],
    ['another version', 'version', () => ({ version: '2.0' })],
  ])('is refused with %s', async (_what, reason, change) => {
    const answer = await enter({ ...good, ...change() });
    expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_REFUSED' } });
    expect(answer.body.detail).toContain(reason);
  });

  it.each<[string, string, () => string]>([
    ['alg none', 'alg', () => `${part(header({ alg: 'none' }))}.${part(good)}.AA`],
    ['alg HS256', 'alg', () => signed(header({ alg: 'HS256' }), good)],
    ['no typ', 'typ', () => signed(header({ typ: undefined }), good)],
    ['no kid', 'kid', () => signed(header({ kid: undefined }), good)],
    ['the kid of nothing', 'kid', () => signed(header({ kid: `${kid}x` }), good)],
    ['the kid of another account', 'kid', () => signed(header({ kid: kid.replace(/\d{12}/, '999999999999') }), good)],
    ['another key’s signature', 'signature', () => signed(header(), good, newPair().privateKey)],
    [
      'a signature of other claims',
      'signature',
      () => `${part(header())}.${part(good)}.${signed(header(), {}).split('.')[2]}`,
    ],
    ['no signature', 'JWT', () => `${part(header())}.${part(good)}.`],
    ['no JSON inside', 'JSON', () => signed(header(), good).replace(/\.[^.]+\./, '.e30x.')],
  ])('is refused with %s', async (_what, reason, token) => {
    const answer = await present(token());
    expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_REFUSED' } });
    expect(answer.body.detail).toContain(reason);
  });

  it('is refused after its key was deleted, while others stay', async () => {
    await enter(good);
    await cloud.realTime.send(new DeletePublicKeyCommand({ arn: kid }));
    expect((await enter({ ...good, jti: 'late' })).status).toBe(401);
    expect((await cloud.control('POST', '/participants/ann-phone/publish')).status).toBe(200);
  });

  it('used twice drops the earlier connection', async () => {
    await enter(good);
    await cloud.control('POST', '/participants/ann-phone/publish');
    expect(await enter(good)).toMatchObject({ status: 201, body: { publishing: false } });
  });

  it('is dead once its participant was disconnected, whatever else is signed for the same jti', async () => {
    await enter(good);
    await cloud.realTime.send(new DisconnectParticipantCommand({ stageArn, participantId: 'ann-phone' }));
    const again = await enter({ ...good, exp: Number(good.exp) + 60 });
    expect(again).toMatchObject({ status: 401, body: { code: 'TOKEN_REFUSED' } });
    expect((await enter({ ...good, jti: 'ann-phone-2' })).status).toBe(201);
  });

  describe('exchanged for another', () => {
    const exchange = (claims: Claims) =>
      cloud.control<{ code?: string }>('POST', '/participants/ann-phone/exchange', { token: signed(header(), claims) });

    it('changes what the participant may do, in the events and in the list of its events', async () => {
      const receiver = await Receiver.start();
      await subscribe(cloud, receiver.url);
      const { body } = await enter(
        await claimsFor(stageArn, { capabilities: ['SUBSCRIBE'], attributes: { role: 'audience' } }),
      );
      expect((await cloud.control('POST', '/participants/ann-phone/publish')).status).toBe(409);
      const answer = await exchange(
        await claimsFor(stageArn, { userId: 'ann-on-stage', attributes: { role: 'speaker' } }),
      );
      expect(answer).toMatchObject({
        status: 200,
        body: { userId: 'ann-on-stage', capabilities: ['PUBLISH', 'SUBSCRIBE'] },
      });
      expect((await cloud.control('POST', '/participants/ann-phone/publish')).status).toBe(200);
      const { sessionId } = body as { sessionId?: string };
      const events = await cloud.realTime.send(
        new ListParticipantEventsCommand({ stageArn, sessionId, participantId: 'ann-phone' }),
      );
      expect(events.events?.map(({ name }) => name)).toContain('TOKEN_EXCHANGED');
      await idle(cloud);
      await receiver.close();
      const [exchanged] = receiver.received.filter(({ event }) => event.detail.event_name === 'Token Exchanged');
      const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      expect(exchanged?.event.detail).toEqual({
        session_id: sessionId,
        event_name: 'Token Exchanged',
        event_time: time,
        user_id: 'ann-on-stage',
        participant_id: 'ann-phone',
        previous_token: {
          capabilities: ['SUBSCRIBE'],
          attributes: { role: 'audience' },
          user_id: 'ann',
          expiration_time: time,
        },
        new_token: {
          capabilities: ['PUBLISH', 'SUBSCRIBE'],
          attributes: { role: 'speaker' },
          user_id: 'ann-on-stage',
          expiration_time: time,
        },
      });
    });

    it('must stay the same participant of the same stage, and good in itself', async () => {
      await enter(good);
      const other = await createStage(cloud, 'another');
      expect(await exchange({ ...good, jti: 'bob' })).toMatchObject({
        status: 409,
        body: { code: 'NOT_EXCHANGEABLE' },
      });
      expect((await exchange(await claimsFor(other))).status).toBe(409);
      expect((await exchange({ ...good, exp: 1, iat: 0 })).status).toBe(401);
    });

    it('is only for tokens made with a key pair', async () => {
      const { participantId, token } = await join(cloud, stageArn, { userId: 'bob' });
      const path = `/participants/${participantId}/exchange`;
      expect((await cloud.control('POST', path, { token })).status).toBe(409);
      const ours = signed(header(), { ...good, jti: participantId });
      expect((await cloud.control('POST', path, { token: ours })).status).toBe(409);
    });

    it('leaves a running publishing alone unless told otherwise', async () => {
      const subscriber = await claimsFor(stageArn, { capabilities: ['SUBSCRIBE'] });
      await enter(good);
      await cloud.control('POST', '/participants/ann-phone/publish');
      expect(await exchange(subscriber)).toMatchObject({ body: { publishing: true } });
      await cloud.control('PUT', '/assumptions', { exchangeStopsPublishing: true });
      expect(await exchange(subscriber)).toMatchObject({ body: { publishing: false } });
    });
  });
});

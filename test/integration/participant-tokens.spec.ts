import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DeletePublicKeyCommand } from '@aws-sdk/client-ivs-realtime';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { JoinedSession, RenewedParticipantToken, Session, Stage, StageToken } from '#contracts';
import { KeyService } from '#ivs';
import { SystemClock } from '#platform';
import { TokenRepository } from '#sessions';
import { until } from '#testing';
import { type HttpGateway, startHttpGateway } from './http.harness.js';
import { startCloud, type TestCloud } from './simulator.harness.js';

const REGION = 'us-west-2';
const MASTER_KEY = 'a-master-key-of-the-tests-32-characters';

/** What every test here does to a gateway and its cloud. */
function actionsOn(gateway: () => HttpGateway, cloud: () => TestCloud) {
  const create = async (json: object = {}) =>
    (await gateway().call<Session>('POST', '/v1/sessions', { json: { name: 'a show', ...json } })).body;
  const join = (session: Session, json: object) =>
    gateway().call<JoinedSession>('POST', `/v1/sessions/${session.id}/join`, { json });
  const renew = (session: Session, as: string, json: object = {}) =>
    gateway().call<RenewedParticipantToken & { code?: string }>(
      'POST',
      `/v1/sessions/${session.id}/participant-token`,
      {
        as,
        json,
      },
    );
  const enter = (token: string) => cloud().control<{ participantId: string }>('POST', '/participants', { token });
  const callsOf = async (operation: string) => {
    const { body } = await cloud().control<{ calls: unknown[] }>('GET', `/calls?operation=${operation}`);
    return body.calls.length;
  };
  return { create, join, renew, enter, callsOf };
}

describe('participant tokens signed with a key of the database', () => {
  let cloud: TestCloud;
  let gateway: HttpGateway;
  const { create, join, renew, enter, callsOf } = actionsOn(
    () => gateway,
    () => cloud,
  );
  beforeAll(async () => {
    cloud = await startCloud();
    gateway = await startHttpGateway({
      AWS_ENDPOINT_URL: cloud.url,
      STAGEDOOR_MASTER_KEY: MASTER_KEY,
      RATE_LIMIT_JOIN: '0',
    });
    await gateway.app.get(KeyService).ensure(REGION);
  });
  afterAll(async () => {
    await gateway.stop();
    await cloud.close();
  });

  it('open the stage, and are made without a call of AWS', async () => {
    const session = await create({ hostUserId: 'ann' });
    const { body: before } = await cloud.control<{ calls: unknown[] }>('GET', '/calls');
    const joined = await join(session, { userId: 'ann', role: 'host', displayName: 'Ann' });
    const { body: after } = await cloud.control<{ calls: unknown[] }>('GET', '/calls');
    expect(after.calls).toHaveLength(before.calls.length);
    const { participantToken, participantId, expiresAt } = joined.body;
    expect(decodeProtectedHeader(participantToken)).toMatchObject({ alg: 'ES384', typ: 'JWT' });
    const { iat = 0, exp = 0, ...claims } = decodeJwt(participantToken);
    expect(exp - iat).toBe(3_600);
    expect(new Date(exp * 1_000).toISOString()).toBe(expiresAt);
    expect(claims).toMatchObject({
      jti: participantId,
      user_id: 'ann',
      resource: session.stageArn,
      capabilities: { allow_publish: true, allow_subscribe: true },
      attributes: { role: 'host', displayName: 'Ann' },
    });
    expect(await enter(participantToken)).toMatchObject({ status: 201, body: { participantId } });
  });

  it('let a viewer watch only', async () => {
    const { body } = await join(await create(), { userId: 'eve' });
    await enter(body.participantToken);
    expect((await cloud.control('POST', `/participants/${body.participantId}/publish`)).status).toBe(409);
  });

  it('keep the participant of a device that joins again, and give each device its own', async () => {
    const session = await create();
    const phone = await join(session, { userId: 'ann', deviceId: 'phone' });
    const again = await join(session, { userId: 'ann', deviceId: 'phone' });
    expect(again.body.participantId).toBe(phone.body.participantId);
    const others = await Promise.all([
      join(session, { userId: 'ann', deviceId: 'laptop' }),
      join(session, { userId: 'bob', deviceId: 'phone' }),
      join(session, { userId: 'ann' }),
      join(session, { userId: 'ann' }),
      join(await create(), { userId: 'ann', deviceId: 'phone' }),
    ]);
    const ids = [phone, ...others].map(({ body }) => body.participantId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(new Set(others.map(({ body }) => body.deviceId)).size).toBe(4);
  });

  it('name one participant when a device joins many times at once', async () => {
    const session = await create();
    const all = await Promise.all(
      Array.from({ length: 20 }, () => join(session, { userId: 'ann', deviceId: 'phone' })),
    );
    expect(new Set(all.map(({ body }) => body.participantId)).size).toBe(1);
    const rows = await gateway.database.query(
      `SELECT user_id, device_id, role, source, kid, revoked_at FROM participant_token WHERE session_id = $1`,
      [session.id],
    );
    const kid = expect.stringContaining(':public-key/');
    expect(rows).toEqual([
      { user_id: 'ann', device_id: 'phone', role: 'viewer', source: 'key_pair', kid, revoked_at: null },
    ]);
  });

  it('name a new participant once we disconnected the one before', async () => {
    const session = await create();
    const first = await join(session, { userId: 'ann', deviceId: 'phone' });
    await gateway.app.get(TokenRepository).revoke(gateway.database, first.body.participantId);
    expect(await renew(session, first.body.accessToken, { deviceId: 'phone' })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    });
    const second = await join(session, { userId: 'ann', deviceId: 'phone' });
    expect(second.body.participantId).not.toBe(first.body.participantId);
    const third = await join(session, { userId: 'ann', deviceId: 'phone' });
    expect(third.body.participantId).toBe(second.body.participantId);
  });

  it('are renewed for oneself, with the same participant and role', async () => {
    const session = await create({ stageDoor: 'open' });
    const joined = await join(session, { userId: 'ann', role: 'guest', deviceId: 'phone', displayName: 'Ann' });
    const { accessToken, participantId } = joined.body;
    for (const json of [{ deviceId: 'phone' }, {}]) {
      const renewed = await renew(session, accessToken, json);
      expect(renewed).toMatchObject({ status: 200, body: { participantId, deviceId: 'phone' } });
      expect(decodeJwt(renewed.body.participantToken)).toMatchObject({
        capabilities: { allow_publish: true },
        attributes: { role: 'guest', displayName: 'Ann' },
      });
      expect((await enter(renewed.body.participantToken)).status).toBe(201);
    }
  });

  it('are not renewed for who has not joined, names no device of several, is no user, or came too late', async () => {
    const session = await create();
    const stranger = await gateway.tokenOf({ role: 'viewer', userId: 'eve' });
    expect(await renew(session, stranger)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    const { accessToken } = (await join(session, { userId: 'ann', deviceId: 'phone' })).body;
    expect((await renew(session, accessToken, { deviceId: 'other' })).status).toBe(404);
    await join(session, { userId: 'ann', deviceId: 'laptop' });
    expect(await renew(session, accessToken)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect((await renew(session, accessToken, { deviceId: 'laptop' })).status).toBe(200);
    expect((await renew(session, accessToken, { deviceId: 'no/device' })).status).toBe(422);
    const byKey = await gateway.call('POST', `/v1/sessions/${session.id}/participant-token`, { json: {} });
    expect(byKey.status).toBe(403);
    await gateway.call('POST', `/v1/sessions/${session.id}/end`);
    expect(await renew(session, accessToken)).toMatchObject({ status: 409, body: { code: 'SESSION_ENDED' } });
  });

  it('are signed for sessions of before their endpoints were stored, after asking IVS once', async () => {
    const session = await create();
    await gateway.database.query('UPDATE session SET events_url = NULL, whip_url = NULL WHERE id = $1', [session.id]);
    const before = await callsOf('GetStage');
    const joined = await join(session, { userId: 'ann' });
    await join(session, { userId: 'bob' });
    expect(await callsOf('GetStage')).toBe(before + 1);
    expect((await enter(joined.body.participantToken)).status).toBe(201);
  });

  it('are signed for whoever mints one by stage, of a session or by itself, each for a new participant', async () => {
    const session = await create();
    const made = await gateway.call<Stage>('POST', '/v1/stages', { json: { name: 'by-itself' } });
    for (const arn of [session.stageArn, made.body.arn]) {
      const path = `/v1/stages/${encodeURIComponent(arn)}/participant-tokens`;
      const mint = () => gateway.call<StageToken>('POST', path, { json: { userId: 'ann', durationMinutes: 20_160 } });
      const [first, second] = await Promise.all([mint(), mint()]);
      expect(first.body.participantId).not.toBe(second.body.participantId);
      const { iat = 0, exp = 0 } = decodeJwt(first.body.token);
      expect(exp - iat).toBe(14 * 86_400);
      const { participantId } = first.body;
      expect(await enter(first.body.token)).toMatchObject({ status: 201, body: { participantId, stageArn: arn } });
    }
    expect(await callsOf('CreateParticipantToken')).toBe(0);
  });

  it('leave no private key to be read in the database', async () => {
    const [row] = await gateway.database.query<{ private_key: string }>('SELECT private_key FROM public_key');
    expect(row?.private_key).toMatch(/^v1\.[\w-]+$/);
  });
});

describe('participant tokens without a key that signs', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud.close());

  it('come from the API when none was made', async () => {
    const gateway = await startHttpGateway({ AWS_ENDPOINT_URL: cloud.url, STAGEDOOR_MASTER_KEY: MASTER_KEY });
    const { create, join, renew, enter } = actionsOn(
      () => gateway,
      () => cloud,
    );
    const session = await create();
    const joined = await join(session, { userId: 'ann', deviceId: 'phone' });
    expect(decodeProtectedHeader(joined.body.participantToken).alg).toBe('KMS');
    const renewed = await renew(session, joined.body.accessToken);
    expect(renewed.status).toBe(200);
    expect((await enter(renewed.body.participantToken)).status).toBe(201);
    await gateway.stop();
  });

  it('come from the API where the master key is missing', async () => {
    const gateway = await startHttpGateway({ AWS_ENDPOINT_URL: cloud.url, STAGEDOOR_MASTER_KEY: MASTER_KEY });
    await gateway.app.get(KeyService).create(REGION);
    await gateway.database.query(`UPDATE public_key SET private_key = 'v1.' || md5(arn)`);
    const { create, join } = actionsOn(
      () => gateway,
      () => cloud,
    );
    const joined = await join(await create(), { userId: 'ann' });
    expect(decodeProtectedHeader(joined.body.participantToken).alg).toBe('KMS');
    await gateway.stop();
  });

  it('need neither database nor master key for private keys that are in a file', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'stagedoor-keys-'));
    const file = path.join(folder, 'keys.pem');
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    await writeFile(file, privateKey.export({ type: 'sec1', format: 'pem' }));
    const gateway = await startHttpGateway({ AWS_ENDPOINT_URL: cloud.url, STAGEDOOR_PRIVATE_KEY_FILE: file });
    const keys = gateway.app.get(KeyService);
    const [imported] = await keys.import(REGION);
    expect(await keys.import(REGION)).toEqual([]);
    await expect(keys.create(REGION)).rejects.toThrow('STAGEDOOR_MASTER_KEY');
    const { create, join, enter } = actionsOn(
      () => gateway,
      () => cloud,
    );
    const joined = await join(await create(), { userId: 'ann' });
    expect(decodeProtectedHeader(joined.body.participantToken).kid).toBe(imported?.arn);
    expect((await enter(joined.body.participantToken)).status).toBe(201);
    await gateway.stop();
    await rm(folder, { recursive: true });
  });
});

describe('rotating the key, in fast time', () => {
  // An hour in 36 s: the minute of a new key is 600 ms.
  const SCALE = 100;
  let cloud: TestCloud;
  let gateway: HttpGateway;
  const { create, join, enter } = actionsOn(
    () => gateway,
    () => cloud,
  );
  beforeAll(async () => {
    const originMs = Date.now();
    cloud = await startCloud({ clock: new SystemClock(SCALE, originMs) });
    gateway = await startHttpGateway({
      AWS_ENDPOINT_URL: cloud.url,
      STAGEDOOR_MASTER_KEY: MASTER_KEY,
      STAGEDOOR_CLOCK_SCALE: String(SCALE),
      STAGEDOOR_CLOCK_ORIGIN: String(originMs),
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await cloud.close();
  });

  it('lets the old key sign until IVS knows the new one, and keeps it until its last token has expired', async () => {
    const keys = gateway.app.get(KeyService);
    const { arn: first } = await keys.create(REGION);
    const session = await create();
    const kidNow = async () =>
      decodeProtectedHeader((await join(session, { userId: 'ann', deviceId: 'phone' })).body.participantToken).kid;
    expect(await kidNow()).toBe(first);
    const { arn: second } = await keys.rotate(REGION);
    expect(await kidNow()).toBe(first);
    await until(async () => (await kidNow()) === second, { what: 'the new key signs' });
    const [work] = await gateway.database.query<{ key: string; kind: string }>(`SELECT kind, key FROM work`);
    expect(work).toEqual({ kind: 'key.delete', key: first });
    const row = { id: 'w', kind: 'key.delete' as const, key: first, sessionId: null, payload: {}, steps: [] };
    const outcome = await keys.runDeletion({ ...row, attempts: 1, correlationId: null });
    expect(outcome).toMatchObject({ againAfterMs: expect.any(Number) });
    expect((await keys.list(REGION)).map(({ state }) => state)).toEqual(['retiring', 'signing']);
    // As if its last token had expired.
    await gateway.database.query(`UPDATE public_key SET tokens_until = signs_until WHERE arn = $1`, [first]);
    expect(await keys.runDeletion({ ...row, attempts: 1, correlationId: null })).toBe('done');
    expect(await keys.list(REGION)).toMatchObject([
      { arn: first, state: 'deleted' },
      { arn: second, state: 'signing' },
    ]);
    const { body } = await cloud.control<{ calls: unknown[] }>('GET', '/calls?operation=DeletePublicKey');
    expect(body.calls).toHaveLength(1);
    expect(await kidNow()).toBe(second);
  });

  it('stops at IVS’s three keys a region, and says so', async () => {
    const keys = gateway.app.get(KeyService);
    await keys.rotate(REGION);
    await keys.rotate(REGION);
    await expect(keys.rotate(REGION)).rejects.toThrow('IVS takes 3 public keys a region');
  });

  it('goes back to the API when every key is withdrawn, and makes one anew for a cloud that has lost them', async () => {
    const keys = gateway.app.get(KeyService);
    const alive = (await keys.list(REGION)).filter(({ state }) => state !== 'deleted');
    for (const { arn } of alive) expect(await keys.delete(REGION, arn)).toBe('retired');
    const session = await create();
    const header = async () => decodeProtectedHeader((await join(session, { userId: 'ann' })).body.participantToken);
    await until(async () => (await header()).alg === 'KMS', { what: 'tokens come from the API' });
    for (const { arn = '' } of alive) await cloud.realTime.send(new DeletePublicKeyCommand({ arn }));
    await keys.ensure(REGION);
    await until(async () => (await header()).alg === 'ES384', { what: 'the new key signs' });
    const joined = await join(session, { userId: 'ann' });
    expect((await enter(joined.body.participantToken)).status).toBe(201);
  });
});

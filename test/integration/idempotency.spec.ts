import type { JoinedSession, Session } from '#contracts';
import { RetentionService } from '#sessions';
import { Api, PLENTY } from '#testing';
import { type Simulator, startSimulator } from '../../apps/simulator/src/simulator.js';
import { API_KEY, type HttpGateway, startHttpGateway } from './http.harness.js';

describe('a request with an idempotency key', () => {
  let simulator: Simulator;
  let gateway: HttpGateway;
  beforeAll(async () => {
    simulator = await startSimulator({ raisedQuotas: PLENTY });
    gateway = await startHttpGateway({ AWS_ENDPOINT_URL: simulator.url });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulator.close();
  });

  const post = <T = Session>(path: string, key: string, json?: unknown, as: string = API_KEY) =>
    gateway.call<T>('POST', path, { as, headers: { 'idempotency-key': key }, ...(json === undefined ? {} : { json }) });
  const sessionCount = async () => {
    const [row] = await gateway.database.query<{ count: number }>('SELECT count(*) FROM session');
    return row?.count;
  };

  it('is done once: the second one gets the first one’s answer, whatever the order of the fields', async () => {
    const before = (await sessionCount()) ?? 0;
    const first = await post('/v1/sessions', 'one', { name: 'x', stageDoor: 'open' });
    const second = await post('/v1/sessions', 'one', { stageDoor: 'open', name: 'x' });
    expect(first).toMatchObject({ status: 201 });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second).toMatchObject({ status: 201, body: first.body });
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(await sessionCount()).toBe(before + 1);
  });

  it('is refused with another body, and means another thing on another route and of another caller', async () => {
    const { body } = await post('/v1/sessions', 'two', { name: 'x' });
    expect(await post('/v1/sessions', 'two', { name: 'y' })).toMatchObject({
      status: 422,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    });
    expect((await post(`/v1/sessions/${body.id}/invitations`, 'two', { userId: 'ann' })).status).toBe(201);
    const host = await gateway.tokenOf({ role: 'host', userId: 'zoe' });
    const other = await post('/v1/sessions', 'two', { name: 'x' }, host);
    expect(other).toMatchObject({ status: 201, body: { hostUserId: 'zoe' } });
    expect(other.body.id).not.toBe(body.id);
  });

  it('is run by one of many at once; the others get its answer or are told to come back', async () => {
    const before = (await sessionCount()) ?? 0;
    const answers = await Promise.all(Array.from({ length: 12 }, () => post('/v1/sessions', 'three', { name: 'x' })));
    const made = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(({ status }) => status !== 201);
    expect(made.length).toBeGreaterThan(0);
    expect(new Set(made.map(({ body }) => body.id)).size).toBe(1);
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_USE' } });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await sessionCount()).toBe(before + 1);
  });

  it('that failed did nothing: its key is good again, with another body too', async () => {
    expect((await post('/v1/sessions', 'four', { name: 7 })).status).toBe(422);
    const failure = { operation: 'CreateStage', code: 'AccessDeniedException', times: 1 };
    await new Api(simulator.url).expect('PUT', '/_control/fail', failure);
    expect((await post('/v1/sessions', 'four', { name: 'z' })).status).toBeGreaterThanOrEqual(500);
    expect((await post('/v1/sessions', 'four', { name: 'x' })).status).toBe(201);
  });

  it('joins with the same device again without a token having been kept', async () => {
    const { body: session } = await post('/v1/sessions', 'five', { name: 'x' });
    const join = () => post<JoinedSession>(`/v1/sessions/${session.id}/join`, 'six', { userId: 'ann' });
    const [first, second] = [await join(), await join()];
    expect(second.status).toBe(200);
    expect(second.body.deviceId).toBe(first.body.deviceId);
    const token = (key: string) => post<{ token: string }>('/v1/access-tokens', key, { userId: 'ann', role: 'viewer' });
    expect([(await token('seven')).status, (await token('seven')).status]).toEqual([201, 201]);
    const stored = JSON.stringify(await gateway.database.query('SELECT * FROM idempotent_request'));
    expect(stored).not.toContain('eyJ');
    expect(stored).not.toContain(first.body.participantToken);
    expect(stored).toContain(first.body.deviceId);
  });

  it('is forgotten after a day, and a claim is free again when its process died', async () => {
    const first = await post('/v1/sessions', 'eight', { name: 'x' });
    await gateway.database.query('UPDATE idempotent_request SET expires_at = now()');
    const second = await post('/v1/sessions', 'eight', { name: 'y' });
    expect(second.status).toBe(201);
    expect(second.body.id).not.toBe(first.body.id);
    await gateway.database.query(`UPDATE idempotent_request SET answer = NULL WHERE answer->'answer'->>'id' = $1`, [
      second.body.id,
    ]);
    expect((await post('/v1/sessions', 'eight', { name: 'y' })).status).toBe(409);
    await gateway.database.query('UPDATE idempotent_request SET claimed_until = now() WHERE answer IS NULL');
    expect((await post('/v1/sessions', 'eight', { name: 'y' })).status).toBe(201);
  });

  it('leaves nothing behind once it has expired, and old revocations go as well', async () => {
    await gateway.database.query('UPDATE idempotent_request SET expires_at = now()');
    await gateway.database.query(
      `INSERT INTO access_revocation VALUES ('old', now() - interval '31 days'), ('new', now() - interval '1 day')`,
    );
    await gateway.app.get(RetentionService).trim();
    expect(await gateway.database.query('SELECT id FROM idempotent_request')).toEqual([]);
    expect(await gateway.database.query('SELECT user_id FROM access_revocation')).toEqual([{ user_id: 'new' }]);
  });

  it.each(['', 'x'.repeat(256), 'ä'])('needs a key that is one: %p', async (key) => {
    const answer = await post('/v1/sessions', key, { name: 'x' });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ pointer: '/header/idempotency-key' }] } });
  });
});

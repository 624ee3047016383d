import { randomUUID } from 'node:crypto';
import { type HttpGateway, INGEST_KEY, startHttpGateway } from './http.harness.js';

describe('POST /v1/ingest/eventbridge', () => {
  let gateway: HttpGateway;
  beforeAll(async () => {
    gateway = await startHttpGateway({ RATE_LIMIT_UNAUTHENTICATED: '20' });
  });
  afterAll(() => gateway.stop());

  const ingest = (body: string | Buffer, headers: Record<string, string> = {}) =>
    gateway.call('POST', '/v1/ingest/eventbridge', {
      as: null,
      body,
      headers: { 'x-stagedoor-key': INGEST_KEY, ...headers },
    });
  const event = (more: object = {}) => ({
    version: '0',
    id: randomUUID(),
    'detail-type': 'IVS Stage Update',
    source: 'aws.ivs',
    account: '123456789012',
    time: '2026-05-01T19:00:00Z',
    region: 'us-west-2',
    resources: [`arn:aws:ivs:us-west-2:123456789012:stage/${randomUUID().slice(0, 12)}`],
    detail: { session_id: 'st-1', event_name: 'Participant Published', participant_id: 'p1', user_id: 'ann' },
    ...more,
  });

  it('takes one event or an array, and the same one twice only once', async () => {
    const [one, two] = [event(), event()];
    const first = await ingest(JSON.stringify(one), { 'content-type': 'application/json' });
    expect(first.status).toBe(202);
    const again = await ingest(JSON.stringify([one, two, 'broken']));
    expect(again).toMatchObject({ status: 202, body: { duplicates: 1 } });
    const { accepted, duplicates, parked } = again.body as Record<string, number>;
    expect(Number(accepted) + Number(duplicates) + Number(parked)).toBe(3);
  });

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['half of an array', '[{"id":1},'],
    ['NULs', '{"id":"a\\u0000"}\0'],
    ['half a surrogate pair', '{"id":"\\ud800"}'],
    ['bytes that are not UTF-8', Buffer.from([0xff, 0xfe, 0x00])],
    ['1 MiB to the byte', Buffer.alloc(1_048_576, 'x')],
    ['300 KB', JSON.stringify({ id: 'big', pad: 'x'.repeat(300_000) })],
    ['an array nested 100,000 deep', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('parks %s', async (_, body) => {
    expect(await ingest(body)).toMatchObject({ status: 202, body: { accepted: 0, parked: 1 } });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'nonsense', ';;', 'multipart/form-data'])(
    'takes an event whatever its content type is: %s',
    async (type) => {
      const answer = await ingest(JSON.stringify(event()), { 'content-type': type });
      expect(answer).toMatchObject({ status: 202 });
    },
  );

  it('refuses what is larger than 1 MiB, also when it does not say its length', async () => {
    const large = Buffer.alloc(1_048_577, 'x');
    expect(await ingest(large)).toMatchObject({ status: 413, body: { code: 'PAYLOAD_TOO_LARGE' } });
    const chunked = await fetch(`${gateway.url}/v1/ingest/eventbridge`, {
      method: 'POST',
      headers: { 'x-stagedoor-key': INGEST_KEY },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit);
    expect(chunked.status).toBe(413);
    await chunked.body?.cancel();
  });

  it('answers 401 to a wrong key, before it takes anything', async () => {
    for (const key of ['', 'wrong', `${INGEST_KEY} `.repeat(2)]) {
      expect(await ingest('{}', { 'x-stagedoor-key': key })).toMatchObject({
        status: 401,
        body: { code: 'UNAUTHENTICATED' },
      });
    }
  });

  it('keeps the request’s correlation id with what it stored', async () => {
    const given = event();
    await ingest(JSON.stringify(given), { 'x-correlation-id': 'trace-of-ingest', 'content-type': 'application/json' });
    const rows = await gateway.database.query('SELECT correlation_id FROM inbox WHERE id = $1', [given.id]);
    expect(rows).toEqual([{ correlation_id: 'trace-of-ingest' }]);
  });

  it('shows what it parked, with the reason, and counts it', async () => {
    await ingest('hello again');
    const inbox = await gateway.call<{ items: { reason: string; raw: string }[]; nextCursor: string }>(
      'GET',
      '/v1/inbox?limit=1',
    );
    expect(inbox.body.items).toMatchObject([{ state: 'parked', reason: 'malformed', raw: 'hello again' }]);
    const next = await gateway.call<{ items: { raw: string }[] }>(
      'GET',
      `/v1/inbox?limit=1&cursor=${inbox.body.nextCursor}`,
    );
    expect(next.body.items[0]?.raw).not.toBe('hello again');
    const metrics = await gateway.call<string>('GET', '/metrics', { as: null });
    expect(metrics.body).toMatch(/stagedoor_inbox_parked\{reason="malformed"\} \d+/);
  });
});

describe('without a database', () => {
  it('ingest answers 503 and EventBridge keeps the event; readiness names what is missing; health is well', async () => {
    const gateway = await startHttpGateway();
    try {
      expect((await gateway.call('GET', '/readyz', { as: null })).body).toEqual({ status: 'ok' });
      await gateway.database.close();
      const answer = await gateway.call('POST', '/v1/ingest/eventbridge', {
        as: null,
        body: '{}',
        headers: { 'x-stagedoor-key': INGEST_KEY },
      });
      expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      expect(answer.headers.get('retry-after')).toBeTruthy();
      expect(await gateway.call('GET', '/v1/sessions')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      const ready = await gateway.call('GET', '/readyz', { as: null });
      expect(ready).toMatchObject({ status: 503, body: { detail: expect.stringContaining('database') } });
      expect(await gateway.call('GET', '/healthz', { as: null })).toMatchObject({
        status: 200,
        body: { status: 'ok' },
      });
      expect((await gateway.call('GET', '/metrics', { as: null })).status).toBe(200);
    } finally {
      await gateway.stop();
    }
  });
});

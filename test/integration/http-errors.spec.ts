import { once } from 'node:events';
import { connect } from 'node:net';
import fc from 'fast-check';
import { ERROR_CODES, type ErrorCode, type Session } from '#contracts';
import { PLENTY } from '#testing';
import { type Simulator, startSimulator } from '../../apps/simulator/src/simulator.js';
import { API_KEY, type HttpGateway, INGEST_KEY, startHttpGateway } from './http.harness.js';

describe('a failed request', () => {
  let simulator: Simulator;
  let gateway: HttpGateway;
  beforeAll(async () => {
    simulator = await startSimulator({ raisedQuotas: PLENTY });
    gateway = await startHttpGateway({
      AWS_ENDPOINT_URL: simulator.url,
      RATE_LIMIT_UNAUTHENTICATED: '0',
      RATE_LIMIT_USER: '0',
      RATE_LIMIT_JOIN: '0',
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulator.close();
  });

  const create = (body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
    gateway.call('POST', '/v1/sessions', { body, headers });

  it('is a problem with code, title, correlation id and the caller’s own id echoed', async () => {
    const headers = { 'x-correlation-id': 'mine-1' };
    const answer = await gateway.call('GET', '/v1/sessions/nope', { headers });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answer.headers.get('x-correlation-id')).toBe('mine-1');
    expect(answer.body).toMatchObject({ code: 'NOT_FOUND', status: 404, correlationId: 'mine-1' });
  });

  it('takes the trace id of a traceparent, and nothing malformed, as its correlation id', async () => {
    const trace = '0af7651916cd43dd8448eb211c80319c';
    const traced = await gateway.call('GET', '/nope', { headers: { traceparent: `00-${trace}-b7ad6b7169203331-01` } });
    expect(traced.headers.get('x-correlation-id')).toBe(trace);
    const odd = await gateway.call('GET', '/nope', { headers: { 'x-correlation-id': 'a b\tc' } });
    expect(odd.headers.get('x-correlation-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('lists every bad field with its pointer', async () => {
    const { status, body } = await create(
      JSON.stringify({
        name: 7,
        visibility: 'secret',
        'a/b': 1,
        more: 1,
        lifecycle: { idleSeconds: -1 },
        metadata: { x: 'a\0' },
      }),
    );
    expect(status).toBe(422);
    const pointers = (body.errors as { pointer: string }[]).map(({ pointer }) => pointer);
    expect(new Set(pointers)).toEqual(
      new Set(['/name', '/visibility', '/a~1b', '/more', '/lifecycle/idleSeconds', '/metadata/x']),
    );
    const query = await gateway.call('GET', '/v1/sessions?limit=9999&status=odd&nope=1');
    expect((query.body.errors as { pointer: string }[]).map(({ pointer }) => pointer).sort()).toEqual([
      '/query/limit',
      '/query/nope',
      '/query/status',
    ]);
  });

  it.each([
    ['malformed JSON', '{"name":', 422, 'VALIDATION_FAILED'],
    ['bytes that are not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 422, 'VALIDATION_FAILED'],
    ['an array', '[]', 422, 'VALIDATION_FAILED'],
    ['null', 'null', 422, 'VALIDATION_FAILED'],
    ['a prototype', '{"name":"x","metadata":{"__proto__":{"a":1}}}', 422, 'VALIDATION_FAILED'],
    ['half a surrogate pair', '{"name":"x","metadata":{"a":"\\ud800"}}', 422, 'VALIDATION_FAILED'],
    ['a number without end', '{"name":"x","metadata":{"a":1e999}}', 422, 'VALIDATION_FAILED'],
    [
      'JSON nested 50,000 deep',
      `{"name":"x","metadata":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
      422,
      'VALIDATION_FAILED',
    ],
    ['300 KB of JSON', JSON.stringify({ name: 'x'.repeat(300_000) }), 413, 'PAYLOAD_TOO_LARGE'],
    ['2 MB', 'x'.repeat(2_000_000), 413, 'PAYLOAD_TOO_LARGE'],
  ])('is told to a caller who sends %s', async (_, body, status, code) => {
    const answer = await gateway.call('POST', '/v1/sessions', {
      body,
      headers: { 'content-type': 'application/json' },
    });
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it('says so when the body is no JSON or the method is none of the path’s', async () => {
    const form = await create('name=x', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(form).toMatchObject({ status: 415, body: { code: 'UNSUPPORTED_MEDIA_TYPE' } });
    const method = await gateway.call('DELETE', '/v1/sessions');
    expect(method).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } });
    expect(method.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it.each([
    '/v1/sessions/%',
    '/v1/sessions/%zz',
    '/v1/sessions/%00',
    `/v1/sessions/${'x'.repeat(5_000)}`,
    '//',
    '/..%2f..%2fetc/passwd',
    '/console/..%2f..%2fpackage.json',
    '/v1/sessions/a%2Fb',
  ])('at the path %s is a thing that does not exist', async (path) => {
    expect(
      await raw(
        gateway.url,
        `GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${API_KEY}\r\nConnection: close\r\n\r\n`,
      ),
    ).toMatch(/^HTTP\/1\.1 404 [\s\S]*"code":"NOT_FOUND"/);
  });

  it('is a problem even when it is not HTTP', async () => {
    expect(await raw(gateway.url, 'NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"BAD_REQUEST"/);
  });

  it('is never INTERNAL, whatever is sent to whatever route', async () => {
    const viewer = await gateway.tokenOf({ role: 'viewer' });
    const { body: session } = await gateway.call<Session>('POST', '/v1/sessions', {
      json: { name: 'x', stageDoor: 'open' },
    });
    const text = fc.oneof(
      fc.constantFrom(
        '',
        '\0',
        '\ud800',
        '%',
        '__proto__',
        'constructor',
        '1e999',
        '-1',
        'null',
        '[]',
        '💥',
        "' OR 1=1 --",
        'a'.repeat(3_000),
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const routes = Object.entries(
      (await gateway.call<{ paths: Record<string, object> }>('GET', '/openapi.json')).body.paths,
    );
    const request = fc.record({
      path: fc.constantFrom(...routes.map(([path]) => path)),
      method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'),
      id: fc.oneof(fc.constant(session.id), text),
      query: fc.array(
        fc.tuple(
          fc.oneof(fc.constantFrom('cursor', 'limit', 'after', 'epoch', 'state', 'status', 'userId'), text),
          text,
        ),
        { maxLength: 3 },
      ),
      body: fc.oneof(
        fc.json({ maxDepth: 4 }),
        text,
        fc
          .dictionary(
            fc.oneof(
              fc.constantFrom('name', 'userId', 'role', 'deviceId', 'metadata', 'ttlSeconds', 'lifecycle', 'sessionId'),
              text,
            ),
            fc.jsonValue(),
          )
          .map((value) => JSON.stringify(value)),
      ),
      type: fc.constantFrom('application/json', 'text/plain', 'multipart/form-data', ';;', undefined),
      as: fc.constantFrom(API_KEY, viewer, undefined, 'Bearer', '\u0001'),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ path, method, id, query, body, type, as }) => {
        const search = query.map(([key, value]) => `${encode(key)}=${encode(value)}`).join('&');
        const answer = await gateway.app.inject({
          method: method as 'GET',
          url: `${path.replace('{id}', encode(id))}?${search}`,
          headers: {
            'x-stagedoor-key': INGEST_KEY,
            ...(as === undefined ? {} : { authorization: `Bearer ${as}` }),
            ...(type === undefined ? {} : { 'content-type': type }),
          },
          ...(method === 'GET' || method === 'HEAD' ? {} : { payload: body }),
        });
        expect(answer.statusCode).not.toBe(500);
        if (answer.statusCode < 400 || method === 'HEAD') return;
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
        const problem = answer.json<{ code: ErrorCode; status: number }>();
        expect(ERROR_CODES[problem.code].status).toBe(answer.statusCode);
      }),
      { numRuns: 600 },
    );
  }, 60_000);
});

/** Percent-encodes what can be, and leaves the rest as bad as it is. */
function encode(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replaceAll(/[^A-Za-z0-9_.-]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

async function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk;
  });
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

import { startCloud, type TestCloud } from './simulator.harness.js';

const BAD: [method: string, path: string, body: unknown][] = [
  ['POST', '/participants', {}],
  ['POST', '/participants', { token: '' }],
  ['POST', '/participants', { token: 5 }],
  ['POST', '/participants', { token: 'x', extra: 1 }],
  ['POST', '/participants', 'no json'],
  ['POST', '/participants/abc/publish-error', {}],
  ['POST', '/participants/abc/publish-error', { errorCode: 'TOO_LOUD' }],
  ['POST', '/ingest/abc/start', { protocol: 'SRT' }],
  ['POST', '/ingest/abc/start', { loud: true }],
  ['POST', '/ingest/abc/stop', 'no json'],
  ['PUT', '/chaos', { lose: 1.1 }],
  ['PUT', '/chaos', { duplicate: -0.1 }],
  ['PUT', '/chaos', { reorder: 'often' }],
  ['PUT', '/chaos', { delayMs: [2, 1] }],
  ['PUT', '/chaos', { delayMs: 5 }],
  ['PUT', '/chaos', { seed: 1.5 }],
  ['PUT', '/chaos', { only: 'Participant Published' }],
  ['PUT', '/chaos', { looose: 0.1 }],
  ['PUT', '/chaos', []],
  ['PUT', '/throttle', { operation: 'CreateStage' }],
  ['PUT', '/throttle', { operation: 'CreateStage', tps: -1 }],
  ['PUT', '/throttle', { operation: 'DoMagic', tps: 1 }],
  ['PUT', '/throttle', { operation: 'CreateRoom', service: 'ivs-realtime', tps: 1 }],
  ['PUT', '/fail', { operation: 'CreateStage', code: 'ConflictException' }],
  ['PUT', '/fail', { operation: 'CreateStage', code: 'no code', times: 1 }],
  ['PUT', '/fail', { operation: 'DoMagic', code: 'ConflictException', times: 1 }],
  ['PUT', '/assumptions', { noSuchThing: true }],
  ['PUT', '/assumptions', { enforceTps: 'yes' }],
  ['PUT', '/assumptions', { stageSessionLingerSeconds: -1 }],
  ['POST', '/events', [1, 2]],
  ['POST', '/events', 'no json'],
  ['GET', '/calls?after=x', undefined],
  ['GET', '/calls?operations=x', undefined],
  ['GET', '/idle?timeoutMs=999999', undefined],
  ['POST', '/reset', { keepRules: 'some' }],
];

describe('what the control plane is given', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud.close());

  it.each(BAD)('%s %s %j is a problem of the caller, in words', async (method, path, body) => {
    const answer = await cloud.control(method, path, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { type: 'about:blank', status: 400, detail: expect.any(String) },
    });
    expect(['VALIDATION_FAILED', 'INVALID_JSON']).toContain(answer.body.code);
  });

  it('answers what it does not have with 404', async () => {
    expect(await cloud.control('GET', '/weather')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await cloud.control('POST', '/participants/abc/leave')).toMatchObject({
      status: 404,
      body: { code: 'PARTICIPANT_NOT_FOUND' },
    });
  });

  it.each([
    ['garbage', 'not a JWT'],
    ['a.b.c', 'the header is wrong'],
  ])('refuses the token %s with a reason', async (token, reason) => {
    const answer = await cloud.control('POST', '/participants', { token });
    expect(answer).toMatchObject({
      status: 401,
      body: { code: 'TOKEN_REFUSED', detail: expect.stringContaining(reason) },
    });
  });
});

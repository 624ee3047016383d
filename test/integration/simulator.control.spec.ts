import { PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { CreateStageCommand, GetStageCommand, ListStagesCommand } from '@aws-sdk/client-ivs-realtime';
import { CreateRoomCommand } from '@aws-sdk/client-ivschat';
import { SystemClock } from '#platform/clock';
import { until } from '#testing/until';
import { startSimulator } from '../../apps/simulator/src/simulator.js';
import { createStage, join, startCloud, type TestCloud } from './simulator.harness.js';

interface Call {
  seq: number;
  time: string;
  operation: string;
  parameters: unknown;
  status: number;
  answer: { error?: string };
}

describe('the control plane', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  beforeEach(() => cloud.control('POST', '/reset'));
  afterAll(() => cloud.close());

  it('refuses a token whose content was changed', async () => {
    const { token } = await join(cloud, await createStage(cloud));
    const [header, payload = '', signature] = token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, user_id: 'admin' })).toString('base64url');
    expect((await cloud.control('POST', '/participants', { token: `${header}.${forged}.${signature}` })).status).toBe(
      401,
    );
  });

  it('lets a device do only what it can: twice is once, and nothing after leaving', async () => {
    const { participantId } = await join(cloud, await createStage(cloud), { userId: 'u' });
    const act = (action: string) => cloud.control('POST', `/participants/${participantId}/${action}`);
    expect(await act('publish')).toMatchObject({ status: 200, body: { participantId, userId: 'u', publishing: true } });
    expect((await act('publish')).status).toBe(200);
    expect((await act('unpublish')).body).toMatchObject({ publishing: false, published: true });
    expect((await act('unpublish')).status).toBe(200);
    expect((await act('leave')).body).toMatchObject({ state: 'DISCONNECTED' });
    for (const action of ['publish', 'unpublish', 'leave']) {
      expect(await act(action)).toMatchObject({ status: 409, body: { code: 'NOT_CONNECTED' } });
    }
  });

  it('drops the earlier connection when a token is used again', async () => {
    const { participantId, token } = await join(cloud, await createStage(cloud));
    await cloud.control('POST', `/participants/${participantId}/publish`);
    const again = await cloud.control('POST', '/participants', { token });
    expect(again).toMatchObject({ status: 201, body: { participantId, publishing: false, state: 'CONNECTED' } });
  });

  it('shows what really exists', async () => {
    const arn = await createStage(cloud, 'shown');
    const { participantId } = await join(cloud, arn, { userId: 'u' });
    await cloud.control('POST', `/participants/${participantId}/publish`);
    const { arn: roomArn } = await cloud.chat.send(new CreateRoomCommand({ name: 'room' }));
    const { body } = await cloud.control('GET', '/state');
    expect(body).toMatchObject({
      stages: [{ arn, name: 'shown', tags: {}, activeSessionId: expect.stringMatching(/^st-/) }],
      participants: [
        { participantId, stageArn: arn, userId: 'u', state: 'CONNECTED', published: true, publishing: true },
      ],
      rooms: [{ arn: roomArn, name: 'room' }],
      compositions: [],
      recordings: [],
      objects: [],
    });
  });

  it('resets to an empty cloud, with its rules on request', async () => {
    const list = async () => (await cloud.realTime.send(new ListStagesCommand({}))).stages;
    const rule = new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["aws.ivs"]}' });
    await cloud.eventBridge.send(rule);
    await createStage(cloud);
    await cloud.control('PUT', '/assumptions', { enforceTps: false });
    await cloud.control('PUT', '/throttle', { operation: 'GetStage', tps: 1 });
    expect((await cloud.control('POST', '/reset', { keepRules: true })).status).toBe(204);
    expect(await list()).toEqual([]);
    expect((await cloud.control('GET', '/assumptions')).body.enforceTps).toBe(true);
    expect((await cloud.control('GET', '/interference')).body).toEqual({ throttles: [], failures: [] });
    const rules = async () => (await cloud.control<{ calls: Call[] }>('GET', '/calls?operation=PutRule')).body.calls;
    expect(await rules()).toEqual([]);
  });

  it('remembers calls with time, parameters and answer', async () => {
    await createStage(cloud, 'remembered');
    await cloud.realTime.send(new GetStageCommand({ arn: 'bad' })).catch(() => undefined);
    const { body } = await cloud.control<{ calls: Call[] }>('GET', '/calls');
    expect(body.calls).toMatchObject([
      {
        service: 'ivs-realtime',
        operation: 'CreateStage',
        region: 'us-west-2',
        parameters: { name: 'remembered' },
        status: 200,
      },
      { operation: 'GetStage', parameters: { arn: 'bad' }, status: 400, answer: { error: 'ValidationException' } },
    ]);
    expect(Date.parse(body.calls[0]?.time ?? '')).not.toBeNaN();
    const only = await cloud.control<{ calls: Call[] }>('GET', `/calls?operation=GetStage&after=${body.calls[0]?.seq}`);
    expect(only.body.calls).toHaveLength(1);
  });

  it('throttles an operation to a rate, in any second', async () => {
    await cloud.control('PUT', '/throttle', { operation: 'ListStages', tps: 3 });
    const ask = () =>
      cloud.realTime.send(new ListStagesCommand({})).then(
        () => 'ok',
        (error) => error.name,
      );
    const answers = await Promise.all(Array.from({ length: 5 }, ask));
    expect(answers.filter((answer) => answer === 'ok')).toHaveLength(3);
    expect(answers.filter((answer) => answer === 'ThrottlingException')).toHaveLength(2);
    expect(await createStage(cloud)).toMatch(/^arn:/);
    await until(async () => (await ask()) === 'ok');
    await cloud.control('PUT', '/throttle', { operation: 'ListStages', tps: null });
    expect(new Set(await Promise.all(Array.from({ length: 9 }, ask)))).toEqual(new Set(['ok']));
  });

  it("applies AWS's own quotas", async () => {
    const strict = await startCloud({ raisedQuotas: {} });
    await strict.control('PUT', '/assumptions', { realTimeThrottlingStatus: 429 });
    const arn = await createStage(strict);
    const ask = () =>
      strict.realTime.send(new GetStageCommand({ arn })).then(
        () => 200,
        (error) => error.$metadata.httpStatusCode,
      );
    const answers = await Promise.all(Array.from({ length: 8 }, ask));
    expect(answers.filter((status) => status === 200)).toHaveLength(5);
    expect(answers.filter((status) => status === 429)).toHaveLength(3);
    await strict.close();
  });

  it('fails an operation so many times, before or after it took effect', async () => {
    const create = () =>
      cloud.realTime.send(new CreateStageCommand({})).then(
        () => 'ok',
        (error) => `${error.name} ${error.$metadata.httpStatusCode}`,
      );
    await cloud.control('PUT', '/fail', { operation: 'CreateStage', code: 'ServiceQuotaExceededException', times: 2 });
    expect([await create(), await create(), await create()]).toEqual([
      'ServiceQuotaExceededException 402',
      'ServiceQuotaExceededException 402',
      'ok',
    ]);
    await cloud.control('PUT', '/fail', {
      operation: 'CreateStage',
      code: 'InternalServerException',
      times: 1,
      applied: true,
    });
    expect(await create()).toBe('InternalServerException 500');
    expect((await cloud.realTime.send(new ListStagesCommand({}))).stages).toHaveLength(2);
    await cloud.control('PUT', '/fail', { operation: 'CreateStage', code: 'Odd', times: 9, status: 418 });
    expect(await create()).toBe('Odd 418');
    await cloud.control('PUT', '/fail', { operation: 'CreateStage', code: 'Odd', times: 0 });
    expect(await create()).toBe('ok');
  });

  it('takes and shows assumptions', async () => {
    const changed = await cloud.control('PUT', '/assumptions', { listOfMissing: 'not_found' });
    expect(changed.body.listOfMissing).toBe('not_found');
    expect((await cloud.control('GET', '/assumptions')).body).toEqual(changed.body);
  });

  it('expires tokens by the clock that it was given', async () => {
    const fast = await startCloud({ clock: new SystemClock(1_000) });
    const { token } = await join(fast, await createStage(fast), { duration: 1 });
    const expired = () => fast.control('POST', '/participants', { token });
    const answer = await until(async () => {
      const one = await expired();
      return one.status === 401 && one;
    });
    expect(answer.body.detail).toContain('expired');
    await fast.close();
  });

  it('asks for its key when it was given one, and AWS is open all the same', async () => {
    const locked = await startSimulator({ key: 'a-key-of-the-simulator' });
    const ask = (headers: Record<string, string>) => fetch(`${locked.url}/_control/state`, { headers });
    expect((await ask({})).status).toBe(401);
    expect((await ask({ 'x-stagedoor-key': 'another-key-altogether' })).status).toBe(401);
    expect((await ask({ 'x-stagedoor-key': 'a-key-of-the-simulator' })).status).toBe(200);
    expect((await fetch(`${locked.url}/healthz`)).status).toBe(200);
    await locked.close();
  });
});

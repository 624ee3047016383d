import type { Quota } from '#contracts';
import { Api, describeProfiles, type Stack, startStack, until } from '#testing';
import { createSession, finishedOperation } from '../session.harness.js';

interface Call {
  service: string;
  operation: string;
  status: number;
}

const quotasOf = async (stack: Stack) => (await stack.api.expect<{ quotas: Quota[] }>('GET', '/v1/quotas')).quotas;

describeProfiles("AWS's quotas as a budget", (profile) => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ profile, gateways: 2, hasRealQuotas: true });
  });
  afterAll(() => stack.stop());

  const callsOf = async (service: string) => {
    const { calls } = await stack.cloud.expect<{ calls: Call[] }>('GET', '/_control/calls');
    return calls.filter((call) => call.service === service);
  };

  it('has every operation with its limit before any was called', async () => {
    const quotas = await quotasOf(stack);
    const limitOf = (operation: string) => quotas.find((one) => one.operation === operation)?.limit;
    expect(limitOf('CreateParticipantToken')).toBe(50);
    expect(limitOf('ImportPublicKey')).toBe(3);
    expect(limitOf('DisconnectParticipant')).toBe(5);
    expect(limitOf('CreateChatToken')).toBe(200);
    expect(limitOf('DisconnectUser')).toBe(100);
  });

  it('makes a first session on each gateway', async () => {
    for (const gateway of ['gateway', 'gateway-2']) {
      expect((await createSession(new Api(stack.urlOf(gateway), stack.apiKey))).status).toBe('scheduled');
    }
  });

  it('paces what comes at once, refuses what would wait more than two seconds, and is never throttled', async () => {
    const begun = performance.now();
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const { status, headers } = await fetch(`${stack.urlOf(index % 2 ? 'gateway-2' : 'gateway')}/v1/sessions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${stack.apiKey}`, 'content-type': 'application/json' },
          body: JSON.stringify({ name: `Show ${index}` }),
        });
        return { status, retryAfter: Number(headers.get('retry-after')), tookMs: performance.now() - begun };
      }),
    );
    const refused = answers.filter(({ status }) => status === 503);
    const made = answers.filter(({ status }) => status === 201);
    expect(made.length + refused.length).toBe(40);
    // Two seconds at five a second, and what the first instant had.
    expect(made.length).toBeGreaterThanOrEqual(8);
    expect(made.length).toBeLessThanOrEqual(12);
    for (const { retryAfter } of refused) expect(retryAfter).toBeGreaterThanOrEqual(1);
    for (const { tookMs } of refused) expect(tookMs).toBeLessThan(1_500);
    expect((await callsOf('ivs-realtime')).filter(({ status }) => status !== 200)).toEqual([]);
  });

  it('gives a permit for every call that AWS received, whoever made it', async () => {
    const session = await until(() => createSession(stack.api).catch(() => undefined));
    const { operationId } = await stack.api.expect<{ operationId: string }>('POST', `/v1/sessions/${session.id}/end`);
    expect((await finishedOperation(stack.api, operationId)).status).toBe('done');
    const received = new Map<string, number>();
    for (const { service, operation } of [...(await callsOf('ivs-realtime')), ...(await callsOf('ivschat'))]) {
      const key = `${service} ${operation}`;
      received.set(key, (received.get(key) ?? 0) + 1);
    }
    expect([...received.keys()]).toEqual(
      expect.arrayContaining(['ivs-realtime CreateStage', 'ivs-realtime DeleteStage']),
    );
    const permitted = (await quotasOf(stack)).filter(({ permits }) => permits > 0);
    expect(Object.fromEntries(permitted.map((one) => [`${one.service} ${one.operation}`, one.permits]))).toEqual(
      Object.fromEntries(received),
    );
  });

  it('slows down for a while after AWS throttled, retries by itself, and shows all of it', async () => {
    await stack.cloud.put('/_control/fail', { operation: 'CreateStage', code: 'ThrottlingException', times: 1 });
    const session = await until(() => createSession(stack.api).catch(() => undefined));
    expect(session.status).toBe('scheduled');
    const quota = (await quotasOf(stack)).find(({ operation }) => operation === 'CreateStage');
    expect(quota).toMatchObject({ limit: 5, throttles: 1 });
    expect(quota?.rate).toBeLessThan(4);
    const metrics = await (await fetch(`${stack.gatewayUrl}/metrics`)).text();
    const of = (name: string, more = '') =>
      metrics.match(new RegExp(`^${name}\\{[^}]*operation="CreateStage"[^}]*${more}[^}]*\\} ([\\d.]+)$`, 'm'))?.[1];
    expect(Number(of('stagedoor_aws_throttles_total'))).toBe(1);
    expect(Number(of('stagedoor_aws_calls_total'))).toBe(quota?.permits);
    expect(Number(of('stagedoor_aws_wait_seconds_count'))).toBe(quota?.permits);
    expect(Number(of('stagedoor_aws_queue', 'lane="moderation"'))).toBe(0);
  });
});

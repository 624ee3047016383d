import { describeProfiles, type Stack, startStack, until } from '#testing';

interface Joined {
  participantToken: string;
  participantId: string;
  live: { topic: string };
}

describeProfiles('all processes together', (profile) => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ profile, workers: 2, gateways: 2 });
  });
  afterAll(() => stack.stop());

  it("bring a host's publish from the cloud to a subscriber of either gateway, and the end after a worker's death", async () => {
    const session = await stack.api.expect<{ id: string }>('POST', '/v1/sessions', { name: 'Show', hostUserId: 'ana' });
    const joined = await stack.api.expect<Joined>('POST', `/v1/sessions/${session.id}/join`, {
      userId: 'ana',
      role: 'host',
    });
    const { topic } = joined.live;
    const { token } = await stack.api.expect<{ token: string }>('POST', '/v1/access-tokens', {
      userId: 'bo',
      role: 'viewer',
    });
    const viewers = await Promise.all(['gateway', 'gateway-2'].map((name) => stack.connect(token, name)));
    await Promise.all(viewers.map((viewer) => viewer.subscribe(topic)));

    const { participantId } = await stack.cloud.expect<{ participantId: string }>('POST', '/_control/participants', {
      token: joined.participantToken,
    });
    await stack.cloud.expect('POST', `/_control/participants/${participantId}/publish`);
    for (const viewer of viewers) await viewer.event(topic, ({ type }) => type === 'session.started');

    expect(await stack.kill('worker')).toMatchObject({ signal: 'SIGKILL' });
    await stack.api.expect('POST', `/v1/sessions/${session.id}/end`);
    for (const viewer of viewers) await viewer.event(topic, ({ type }) => type === 'session.ended');
    await stack.start('worker');
    const clean = async () => {
      const { stages } = await stack.cloud.expect<{ stages: unknown[] }>('GET', '/_control/state');
      return stages.length === 0;
    };
    await until(clean, { timeoutMs: 25_000, what: 'the end of the stage' });

    for (const viewer of viewers) {
      expect(viewer.problems).toEqual([]);
      expect(viewer.topic(topic).events).toEqual(viewers[0]?.topic(topic).events);
      viewer.close();
    }
  });
});

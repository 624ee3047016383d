import {
  DeleteApiDestinationCommand,
  DisableRuleCommand,
  PutEventsCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteStageCommand, DisconnectParticipantCommand } from '@aws-sdk/client-ivs-realtime';
import { SystemClock } from '#platform/clock';
import { until } from '#testing/until';
import { createStage, idle, join, Receiver, startCloud, subscribe, type TestCloud } from './simulator.harness.js';

// Fast enough that retries of seconds take milliseconds.
const CLOCK_SCALE = 50;

interface Deliveries {
  pending: number;
  attempts: number;
  delivered: number;
  retried: number;
  dropped: number;
  dropReasons: Record<string, number>;
}

describe('events on their way to an API destination', () => {
  let cloud: TestCloud;
  let receiver: Receiver;
  beforeAll(async () => {
    cloud = await startCloud({ clock: new SystemClock(CLOCK_SCALE) });
  });
  beforeEach(async () => {
    await cloud.control('POST', '/reset');
    await cloud.control('PUT', '/assumptions', { orderPatienceMs: 5_000 });
    receiver = await Receiver.start();
  });
  afterEach(() => receiver.close());
  afterAll(() => cloud.close());

  const deliveries = async () => (await cloud.control<Deliveries>('GET', '/deliveries')).body;
  const act = (participantId: string, action: string, body?: object) =>
    cloud.control('POST', `/participants/${participantId}/${action}`, body);
  const publishOnce = async () => {
    const { participantId } = await join(cloud, await createStage(cloud), { userId: 'alice' });
    await act(participantId, 'publish');
    return participantId;
  };

  it('are POSTed in the shape of the current edition, with the headers of EventBridge and of the connection', async () => {
    await subscribe(cloud, receiver.url);
    const stageArn = await createStage(cloud);
    const { participantId } = await join(cloud, stageArn, { userId: 'alice' });
    await act(participantId, 'publish');
    await idle(cloud);
    const [{ event, headers }] = receiver.received as [(typeof receiver.received)[0]];
    expect(event).toEqual({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/),
      'detail-type': 'IVS Stage Update',
      source: 'aws.ivs',
      account: '123456789012',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-west-2',
      resources: [stageArn],
      detail: {
        session_id: expect.stringMatching(/^st-[a-zA-Z0-9]{13}$/),
        event_name: 'Participant Published',
        event_time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        event_time_precise: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        user_id: 'alice',
        participant_id: participantId,
      },
    });
    expect(headers).toMatchObject({
      'user-agent': 'Amazon/EventBridge/ApiDestinations',
      'content-type': 'application/json; charset=utf-8',
      range: 'bytes=0-1048575',
      connection: 'close',
      'x-receiver-key': 'open sesame',
    });
  });

  it('tell of publishing and its end, whatever ended it, and never of joining or leaving', async () => {
    await subscribe(cloud, receiver.url);
    const stageArn = await createStage(cloud);
    const ids: string[] = [];
    const tokens: string[] = [];
    for (const userId of ['leaves', 'kicked', 'rejoins', 'stays', 'watches']) {
      const { participantId, token } = await join(cloud, stageArn, { userId });
      ids.push(participantId);
      tokens.push(token);
      if (userId !== 'watches') await act(participantId, 'publish');
    }
    await act(ids[4] ?? '', 'leave');
    await act(ids[0] ?? '', 'leave');
    await cloud.realTime.send(new DisconnectParticipantCommand({ stageArn, participantId: ids[1] }));
    await cloud.control('POST', '/participants', { token: tokens[2] });
    await cloud.realTime.send(new DeleteStageCommand({ arn: stageArn }));
    await idle(cloud);
    const told = receiver.received.map(({ event }) => `${event.detail.user_id} ${event.detail.event_name}`);
    expect(told).toEqual([
      ...['leaves', 'kicked', 'rejoins', 'stays'].map((userId) => `${userId} Participant Published`),
      ...['leaves', 'kicked', 'rejoins', 'stays'].map((userId) => `${userId} Participant Unpublished`),
    ]);
    const times = receiver.received.map(({ event }) => event.detail.event_time_precise ?? '');
    expect(times).toEqual([...new Set(times)].sort());
  });

  it('say why a device may not publish: no capability, or the 13th publisher', async () => {
    await subscribe(cloud, receiver.url, { pattern: { detail: { event_name: ['Participant Publish Error'] } } });
    const stageArn = await createStage(cloud);
    const watcher = await join(cloud, stageArn, { capabilities: ['SUBSCRIBE'] });
    expect(await act(watcher.participantId, 'publish')).toMatchObject({
      status: 409,
      body: { code: 'INSUFFICIENT_CAPABILITIES' },
    });
    for (let index = 1; index <= 12; index++) {
      const { participantId } = await join(cloud, stageArn);
      expect((await act(participantId, 'publish')).status).toBe(200);
    }
    const thirteenth = await join(cloud, stageArn);
    expect(await act(thirteenth.participantId, 'publish')).toMatchObject({
      status: 409,
      body: { code: 'QUOTA_EXCEEDED' },
    });
    await act(thirteenth.participantId, 'publish-error', { errorCode: 'BITRATE_EXCEEDED' });
    await idle(cloud);
    const errors = receiver.received.map(({ event }) => event.detail);
    expect(errors.map(({ error_code }) => error_code)).toEqual([
      'INSUFFICIENT_CAPABILITIES',
      'QUOTA_EXCEEDED',
      'BITRATE_EXCEEDED',
    ]);
    expect(errors[0]?.event_time).toMatch(/\.\d{9}Z$/);
    expect(errors[0]).not.toHaveProperty('event_time_precise');
  });

  it('follow a connection whose key changed, and are dropped when the destination is gone', async () => {
    await subscribe(cloud, receiver.url);
    const AuthParameters = { ApiKeyAuthParameters: { ApiKeyName: 'x-receiver-key', ApiKeyValue: 'new key' } };
    await cloud.eventBridge.send(new UpdateConnectionCommand({ Name: 'receiver', AuthParameters }));
    const participantId = await publishOnce();
    await idle(cloud);
    expect(receiver.received[0]?.headers['x-receiver-key']).toBe('new key');
    await cloud.eventBridge.send(new DeleteApiDestinationCommand({ Name: 'receiver' }));
    await act(participantId, 'unpublish');
    await idle(cloud);
    expect(await deliveries()).toMatchObject({ delivered: 1, dropped: 1, dropReasons: { destination_gone: 1 } });
  });

  it('do not go faster than the rate of the destination', async () => {
    await subscribe(cloud, receiver.url, { rate: 1 });
    const arrivals: number[] = [];
    receiver.reply = () => {
      arrivals.push(performance.now());
      return { status: 200 };
    };
    const participantId = await publishOnce();
    for (let index = 0; index < 4; index++) await act(participantId, index % 2 === 0 ? 'unpublish' : 'publish');
    await idle(cloud);
    const spanSeconds = (((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) * CLOCK_SCALE) / 1_000;
    expect(spanSeconds).toBeGreaterThanOrEqual(3.5);
  });

  it('come all at once when nobody is patient for the order', async () => {
    await subscribe(cloud, receiver.url);
    await cloud.control('PUT', '/assumptions', { orderPatienceMs: 0 });
    let open = 0;
    let most = 0;
    receiver.hold = async () => {
      most = Math.max(most, ++open);
      await until(() => most === 2);
      open -= 1;
    };
    const participantId = await publishOnce();
    await act(participantId, 'unpublish');
    await idle(cloud);
    expect(most).toBe(2);
  });

  it('stay with a rule that is disabled, or that asks for something else', async () => {
    await subscribe(cloud, receiver.url, { pattern: { source: ['my.app'], detail: { kind: [{ prefix: 'a' }] } } });
    await publishOnce();
    const put = (kind: string) => {
      const Detail = JSON.stringify({ kind });
      return cloud.eventBridge.send(new PutEventsCommand({ Entries: [{ Source: 'my.app', DetailType: 'x', Detail }] }));
    };
    await put('apple');
    await put('pear');
    await cloud.eventBridge.send(new DisableRuleCommand({ Name: 'everything' }));
    await put('avocado');
    await idle(cloud);
    expect(receiver.received.map(({ event }) => event.detail.kind)).toEqual(['apple']);
  });

  it('can be anything, handed straight to the targets', async () => {
    await subscribe(cloud, receiver.url);
    const odd = { id: 'odd', source: 'somewhere.else', detail: { event_name: 'Nobody Knows', deep: { very: [1] } } };
    const answer = await cloud.control('POST', '/events', odd);
    expect(answer).toEqual({ status: 202, body: { targets: 1 } });
    await idle(cloud);
    expect(receiver.received[0]?.event).toEqual(odd);
  });
});

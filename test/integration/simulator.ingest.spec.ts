import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateIngestConfigurationCommand,
  type CreateIngestConfigurationCommandInput,
  DeleteIngestConfigurationCommand,
  DeleteStageCommand,
  DisconnectParticipantCommand,
  GetIngestConfigurationCommand,
  GetParticipantCommand,
  type IngestConfiguration,
  ListIngestConfigurationsCommand,
  ListParticipantEventsCommand,
  ListParticipantsCommand,
  UpdateIngestConfigurationCommand,
} from '@aws-sdk/client-ivs-realtime';
import {
  createStage,
  idle,
  join as joinStage,
  Receiver,
  startCloud,
  subscribe,
  type TestCloud,
} from './simulator.harness.js';

interface Started {
  participantId: string;
  sessionId: string;
  publishing: boolean;
  state: string;
  code?: string;
}

describe('an encoder that streams over RTMP', () => {
  let cloud: TestCloud;
  let receiver: Receiver;
  let stageArn: string;

  beforeEach(async () => {
    cloud = await startCloud();
    receiver = await Receiver.start();
    await subscribe(cloud, receiver.url);
    stageArn = await createStage(cloud);
  });
  afterEach(async () => {
    await cloud.close();
    await receiver.close();
  });

  const configure = async (more: Partial<CreateIngestConfigurationCommandInput> = {}) => {
    const command = new CreateIngestConfigurationCommand({ ingestProtocol: 'RTMPS', stageArn, userId: 'ana', ...more });
    return (await cloud.realTime.send(command)).ingestConfiguration as IngestConfiguration;
  };
  const start = (key: string | undefined, body?: object) =>
    cloud.control<Started>('POST', `/ingest/${key}/start`, body);
  const stop = (key: string | undefined) => cloud.control<Started>('POST', `/ingest/${key}/stop`);
  const read = async ({ arn }: IngestConfiguration) =>
    (await cloud.realTime.send(new GetIngestConfigurationCommand({ arn }))).ingestConfiguration;
  const eventsOf = async ({ sessionId, participantId }: Started) => {
    const { events = [] } = await cloud.realTime.send(
      new ListParticipantEventsCommand({ stageArn, sessionId, participantId }),
    );
    return events.map(({ name, errorCode }) => (errorCode ? `${name} ${errorCode}` : name)).reverse();
  };
  const sessionId = async () => {
    const { body } = await cloud.control<{ stages: { activeSessionId?: string }[] }>('GET', '/state');
    return body.stages[0]?.activeSessionId;
  };
  const told = async () => {
    await idle(cloud);
    return receiver.received.map(({ event }) => event.detail);
  };

  it('joins and publishes as the participant of its configuration, and leaves when it stops', async () => {
    const ingest = await configure({ attributes: { camera: '1' } });
    const { participantId } = ingest;
    const { status, body } = await start(ingest.streamKey);
    expect(status).toBe(200);
    expect(body).toMatchObject({ participantId, userId: 'ana', state: 'CONNECTED', publishing: true, published: true });
    expect(await read(ingest)).toMatchObject({ state: 'ACTIVE' });

    const inSession = { stageArn, sessionId: body.sessionId };
    const { participants } = await cloud.realTime.send(new ListParticipantsCommand(inSession));
    expect(participants).toMatchObject([{ participantId, userId: 'ana', state: 'CONNECTED', published: true }]);
    const { participant } = await cloud.realTime.send(new GetParticipantCommand({ ...inSession, participantId }));
    expect(participant).toMatchObject({ protocol: 'RTMPS', attributes: { camera: '1' } });

    expect((await stop(participantId)).body).toMatchObject({ state: 'DISCONNECTED', publishing: false });
    expect(await read(ingest)).toMatchObject({ state: 'INACTIVE', stageArn });
    expect(await eventsOf(body)).toEqual(['JOINED', 'PUBLISH_STARTED', 'PUBLISH_STOPPED', 'LEFT']);
    expect(await told()).toMatchObject([
      { event_name: 'Participant Published', participant_id: participantId, user_id: 'ana' },
      { event_name: 'Participant Unpublished', participant_id: participantId, user_id: 'ana' },
    ]);
  });

  it('comes back with the same key as the same participant', async () => {
    const ingest = await configure();
    await joinStage(cloud, stageArn);
    await start(ingest.streamKey);
    await stop(ingest.streamKey);
    const again = await start(ingest.streamKey);
    expect(again.body).toMatchObject({ participantId: ingest.participantId, publishing: true });
    expect((await eventsOf(again.body)).filter((name) => name === 'JOINED')).toHaveLength(2);
  });

  it('is refused over RTMP unless the configuration takes it, which IVS tells as INVALID_PROTOCOL', async () => {
    const secure = await configure();
    await joinStage(cloud, stageArn);
    expect(await start(secure.streamKey, { protocol: 'RTMP' })).toMatchObject({
      status: 409,
      body: { code: 'INVALID_PROTOCOL' },
    });
    const { participantId = '' } = secure;
    const refused = { participantId, sessionId: (await sessionId()) ?? '' } as Started;
    expect(await eventsOf(refused)).toEqual(['JOINED', 'PUBLISH_ERROR INVALID_PROTOCOL', 'LEFT']);
    expect(await told()).toMatchObject([
      { event_name: 'Participant Publish Error', error_code: 'INVALID_PROTOCOL', participant_id: participantId },
    ]);
    const insecure = await configure({ ingestProtocol: 'RTMP', insecureIngest: true });
    expect((await start(insecure.streamKey)).status).toBe(200);
    expect((await start((await configure({ insecureIngest: true })).streamKey, { protocol: 'RTMP' })).status).toBe(200);
  });

  it('cannot use a key that is in use; the one who streams goes on', async () => {
    const { streamKey } = await configure();
    const { body } = await start(streamKey);
    expect(await start(streamKey)).toMatchObject({ status: 409, body: { code: 'REUSE_OF_STREAM_KEY' } });
    expect(await eventsOf(body)).toEqual(['JOINED', 'PUBLISH_STARTED', 'PUBLISH_ERROR REUSE_OF_STREAM_KEY']);
    expect((await told()).at(-1)).toMatchObject({ error_code: 'REUSE_OF_STREAM_KEY' });
    expect((await stop(streamKey)).status).toBe(200);
  });

  it('cannot use a key of no configuration or of no stage', async () => {
    expect(await start('rt_1_x_y_z')).toMatchObject({ status: 404, body: { code: 'INVALID_STREAM_KEY' } });
    const { streamKey } = await configure({ stageArn: '' });
    expect(await start(streamKey)).toMatchObject({ status: 409, body: { code: 'INVALID_STREAM_KEY' } });
    expect(await stop(streamKey)).toMatchObject({ status: 409, body: { code: 'NOT_CONNECTED' } });
    expect((await start(streamKey, { protocol: 'SRT' })).status).toBe(400);
    expect(await told()).toEqual([]);
  });

  it('is refused as the 13th publisher', async () => {
    for (let count = 0; count < 12; count += 1) {
      const { participantId } = await joinStage(cloud, stageArn);
      await cloud.control('POST', `/participants/${participantId}/publish`);
    }
    const ingest = await configure();
    expect(await start(ingest.streamKey)).toMatchObject({ status: 409, body: { code: 'QUOTA_EXCEEDED' } });
    expect(await read(ingest)).toMatchObject({ state: 'INACTIVE' });
  });

  it('loses its stage when it is disconnected, until somebody gives it one again', async () => {
    const ingest = await configure();
    const { arn, participantId, streamKey } = ingest;
    await start(streamKey);
    await cloud.realTime.send(new DisconnectParticipantCommand({ stageArn, participantId }));
    expect(await read(ingest)).toMatchObject({ stageArn: '', state: 'INACTIVE' });
    expect(await start(streamKey)).toMatchObject({ status: 409, body: { code: 'INVALID_STREAM_KEY' } });
    expect((await told()).at(-1)).toMatchObject({ event_name: 'Participant Unpublished' });
    await cloud.realTime.send(new UpdateIngestConfigurationCommand({ arn, stageArn }));
    expect((await start(streamKey)).status).toBe(200);
  });

  it('loses its stage with the stage', async () => {
    const ingest = await configure();
    await start(ingest.streamKey);
    await cloud.realTime.send(new DeleteStageCommand({ arn: stageArn }));
    expect(await read(ingest)).toMatchObject({ stageArn: '', state: 'INACTIVE' });
    expect((await told()).at(-1)).toMatchObject({ event_name: 'Participant Unpublished' });
  });

  it('keeps its configuration from being changed or deleted, but by force', async () => {
    const { arn, streamKey } = await configure();
    await start(streamKey);
    const conflict = { name: 'ConflictException', $metadata: { httpStatusCode: 409 } };
    const update = new UpdateIngestConfigurationCommand({ arn, stageArn: '' });
    await expect(cloud.realTime.send(update)).rejects.toMatchObject(conflict);
    await expect(cloud.realTime.send(new DeleteIngestConfigurationCommand({ arn }))).rejects.toMatchObject(conflict);
    const list = new ListIngestConfigurationsCommand({ filterByState: 'ACTIVE' });
    expect((await cloud.realTime.send(list)).ingestConfigurations).toMatchObject([{ arn, state: 'ACTIVE' }]);
    await cloud.realTime.send(new DeleteIngestConfigurationCommand({ arn, force: true }));
    expect((await told()).at(-1)).toMatchObject({ event_name: 'Participant Unpublished' });
    expect((await start(streamKey)).status).toBe(404);
  });

  it('has a twin where ingest is redundant: another key and another participant', async () => {
    const ingest = await configure({ redundantIngest: true });
    const [twin] = ingest.redundantIngestCredentials ?? [];
    await start(ingest.streamKey);
    expect((await start(twin?.streamKey)).body).toMatchObject({ participantId: twin?.participantId, publishing: true });
    await stop(ingest.streamKey);
    expect(await read(ingest)).toMatchObject({ state: 'ACTIVE' });
  });
});

describe('a restart of the simulator', () => {
  it('keeps ingest configurations and who streams with them, and shows them in its state', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'stagedoor-simulator-'));
    let cloud = await startCloud({ dataDir });
    const stageArn = await createStage(cloud);
    const create = new CreateIngestConfigurationCommand({ ingestProtocol: 'RTMPS', stageArn });
    const { ingestConfiguration: made } = await cloud.realTime.send(create);
    await cloud.control('POST', `/ingest/${made?.streamKey}/start`);
    await cloud.close();
    cloud = await startCloud({ dataDir });
    const { body } = await cloud.control<{ ingestConfigurations: object[] }>('GET', '/state');
    const { streamKey, arn } = made ?? {};
    expect(body.ingestConfigurations).toMatchObject([{ arn, streamKey, stageArn, state: 'ACTIVE' }]);
    expect((await cloud.control('POST', `/ingest/${streamKey}/stop`)).status).toBe(200);
    await cloud.control('POST', '/reset');
    expect((await cloud.control('GET', '/state')).body.ingestConfigurations).toEqual([]);
    await cloud.close();
    await rm(dataDir, { recursive: true });
  });
});

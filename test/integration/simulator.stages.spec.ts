import {
  CreateParticipantTokenCommand,
  CreateStageCommand,
  DeleteStageCommand,
  DisconnectParticipantCommand,
  GetParticipantCommand,
  GetStageCommand,
  GetStageSessionCommand,
  ListParticipantEventsCommand,
  ListParticipantsCommand,
  ListStageSessionsCommand,
  ListStagesCommand,
  paginateListStages,
  UpdateStageCommand,
} from '@aws-sdk/client-ivs-realtime';
import { clientsFor, createStage, join, startCloud, type TestCloud } from './simulator.harness.js';

describe("stages, through AWS's own client", () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    // Enough for the thousand and one stages that one test makes in less than a second.
    cloud = await startCloud({ raisedQuotas: { '*': 10_000 } });
  });
  beforeEach(() => cloud.control('POST', '/reset'));
  afterAll(() => cloud.close());

  const activeSessionOf = async (arn: string) =>
    (await cloud.realTime.send(new GetStageCommand({ arn }))).stage?.activeSessionId;

  it('makes a stage with inline tokens, and describes it alike ever after', async () => {
    const made = await cloud.realTime.send(
      new CreateStageCommand({
        name: 'My-Stage_1',
        tags: { team: 'a', empty: '' },
        participantTokenConfigurations: [{ userId: 'alice', duration: 5, capabilities: ['SUBSCRIBE'] }, {}],
      }),
    );
    expect(made.stage).toMatchObject({ name: 'My-Stage_1', tags: { team: 'a', empty: '' } });
    expect(made.stage?.arn).toMatch(/^arn:aws:ivs:us-west-2:123456789012:stage\/[a-zA-Z0-9]{12}$/);
    expect(made.stage?.endpoints?.whip).toMatch(/^https:\/\/[0-9a-f]{12}\.global-bm\.whip\.live-video\.net$/);
    expect(made.stage?.activeSessionId).toBeUndefined();
    const [alice, other] = made.participantTokens ?? [];
    expect(alice).toMatchObject({ userId: 'alice', duration: 5, capabilities: ['SUBSCRIBE'] });
    expect(other).toMatchObject({ duration: 720, capabilities: ['PUBLISH', 'SUBSCRIBE'] });
    expect(alice?.expirationTime).toBeInstanceOf(Date);
    const { stage } = await cloud.realTime.send(new GetStageCommand({ arn: made.stage?.arn ?? '' }));
    expect(stage).toEqual(made.stage);
  });

  it('changes the name of a stage', async () => {
    const arn = await createStage(cloud, 'before');
    const { stage } = await cloud.realTime.send(new UpdateStageCommand({ arn, name: 'after' }));
    expect(stage?.name).toBe('after');
  });

  it('lists every stage once over several pages, though one comes and one goes meanwhile', async () => {
    const arns: string[] = [];
    for (let index = 0; index < 5; index++) arns.push(await createStage(cloud, `stage-${index}`));
    const first = await cloud.realTime.send(new ListStagesCommand({ maxResults: 2 }));
    expect(first.nextToken).toMatch(/^[a-zA-Z0-9+/=_-]+$/);
    await cloud.realTime.send(new DeleteStageCommand({ arn: arns[0] ?? '' }));
    const late = await createStage(cloud, 'late');
    const { nextToken = '' } = first;
    const rest = await cloud.realTime.send(new ListStagesCommand({ maxResults: 100, nextToken }));
    expect(rest.nextToken).toBeUndefined();
    const seen = [...(first.stages ?? []), ...(rest.stages ?? [])].map(({ arn }) => arn);
    expect(seen).toEqual([...arns, late]);
  });

  it("works with the client's own paginator", async () => {
    for (let index = 0; index < 3; index++) await createStage(cloud);
    const sizes: number[] = [];
    for await (const page of paginateListStages({ client: cloud.realTime, pageSize: 2 }, {})) {
      sizes.push(page.stages?.length ?? 0);
    }
    expect(sizes).toEqual([2, 1]);
  });

  it('knows a stage in its own region only', async () => {
    const arn = await createStage(cloud);
    const { realTime } = clientsFor(cloud.url, 'eu-central-1');
    await expect(realTime.send(new GetStageCommand({ arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect((await realTime.send(new ListStagesCommand({}))).stages).toEqual([]);
  });

  it('makes no more than 1,000 stages', async () => {
    for (let batch = 0; batch < 20; batch++) await Promise.all(Array.from({ length: 50 }, () => createStage(cloud)));
    await expect(createStage(cloud)).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
      $metadata: { httpStatusCode: 402 },
    });
  });

  it('begins a stage session with the first participant and ends it with the last', async () => {
    const arn = await createStage(cloud);
    const one = await join(cloud, arn);
    const two = await join(cloud, arn);
    const sessionId = await activeSessionOf(arn);
    expect(sessionId).toMatch(/^st-[a-zA-Z0-9]{13}$/);
    await cloud.control('POST', `/participants/${one.participantId}/leave`);
    expect(await activeSessionOf(arn)).toBe(sessionId);
    await cloud.control('POST', `/participants/${two.participantId}/leave`);
    expect(await activeSessionOf(arn)).toBeUndefined();
    const { stageSession } = await cloud.realTime.send(new GetStageSessionCommand({ stageArn: arn, sessionId }));
    expect(stageSession?.startTime).toBeInstanceOf(Date);
    expect(stageSession?.endTime).toBeInstanceOf(Date);
    await cloud.control('POST', '/participants', { token: one.token });
    expect(await activeSessionOf(arn)).not.toBe(sessionId);
    const { stageSessions } = await cloud.realTime.send(new ListStageSessionsCommand({ stageArn: arn }));
    expect(stageSessions?.map((session) => session.sessionId)).toEqual([await activeSessionOf(arn), sessionId]);
  });

  it('tells by `published` who ever published, and by the events who does now', async () => {
    const stageArn = await createStage(cloud);
    const { participantId } = await join(cloud, stageArn, { userId: 'bob', attributes: { color: 'red' } });
    const watcher = await join(cloud, stageArn, { userId: 'eve' });
    await cloud.control('POST', `/participants/${participantId}/publish`);
    await cloud.control('POST', `/participants/${participantId}/unpublish`);
    const inSession = { stageArn, sessionId: await activeSessionOf(stageArn) };
    const { participant } = await cloud.realTime.send(new GetParticipantCommand({ ...inSession, participantId }));
    expect(participant).toMatchObject({
      userId: 'bob',
      published: true,
      state: 'CONNECTED',
      attributes: { color: 'red' },
    });
    const { events } = await cloud.realTime.send(new ListParticipantEventsCommand({ ...inSession, participantId }));
    expect(events?.map(({ name }) => name)).toEqual(['PUBLISH_STOPPED', 'PUBLISH_STARTED', 'JOINED']);
    const { participants } = await cloud.realTime.send(
      new ListParticipantsCommand({ ...inSession, filterByPublished: false }),
    );
    expect(participants?.map((one) => one.participantId)).toEqual([watcher.participantId]);
  });

  it('filters participants by one thing at a time, and pages through them', async () => {
    const stageArn = await createStage(cloud);
    for (const userId of ['a', 'b', 'c']) await join(cloud, stageArn, { userId });
    const gone = await join(cloud, stageArn, { userId: 'a' });
    await cloud.control('POST', `/participants/${gone.participantId}/leave`);
    const inSession = { stageArn, sessionId: await activeSessionOf(stageArn) };
    const list = async (filter: object) =>
      (await cloud.realTime.send(new ListParticipantsCommand({ ...inSession, ...filter }))).participants?.map(
        (one) => one.userId,
      );
    expect(await list({ filterByUserId: 'a' })).toEqual(['a', 'a']);
    expect(await list({ filterByState: 'CONNECTED' })).toEqual(['a', 'b', 'c']);
    expect(await list({ filterByState: 'DISCONNECTED' })).toEqual(['a']);
    expect(await list({ filterByRecordingState: 'ACTIVE' })).toEqual([]);
    const both = new ListParticipantsCommand({ ...inSession, filterByUserId: 'a', filterByState: 'CONNECTED' });
    await expect(cloud.realTime.send(both)).rejects.toMatchObject({ name: 'ValidationException' });
    const { nextToken } = await cloud.realTime.send(new ListParticipantsCommand({ ...inSession, maxResults: 1 }));
    expect(await list({ nextToken })).toEqual(['b', 'c', 'a']);
    // A token of one listing does not fit another.
    await expect(list({ nextToken, filterByUserId: 'a' })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('gives whole seconds or milliseconds, and the oldest event first, as assumed', async () => {
    const stageArn = await createStage(cloud);
    const { participantId } = await join(cloud, stageArn);
    await cloud.control('POST', `/participants/${participantId}/publish`);
    const input = { stageArn, participantId, sessionId: await activeSessionOf(stageArn) };
    const ask = async () => (await cloud.realTime.send(new ListParticipantEventsCommand(input))).events ?? [];
    expect((await ask()).map(({ eventTime }) => eventTime?.getMilliseconds())).toEqual([0, 0]);
    await cloud.control('PUT', '/assumptions', {
      answerTimePrecision: 'milliseconds',
      participantEventOrder: 'oldest_first',
    });
    expect((await ask()).map(({ name }) => name)).toEqual(['JOINED', 'PUBLISH_STARTED']);
  });

  it('keeps a stage session for a while after the last one left, when that is assumed', async () => {
    await cloud.control('PUT', '/assumptions', { stageSessionLingerSeconds: 3_600 });
    const arn = await createStage(cloud);
    const { participantId, token } = await join(cloud, arn);
    const sessionId = await activeSessionOf(arn);
    await cloud.control('POST', `/participants/${participantId}/leave`);
    expect(await activeSessionOf(arn)).toBe(sessionId);
    await cloud.control('POST', '/participants', { token });
    expect(await activeSessionOf(arn)).toBe(sessionId);
  });

  it('disconnects one participant, whose token is then dead, while a new token of the user works', async () => {
    const stageArn = await createStage(cloud);
    const { participantId, token } = await join(cloud, stageArn, { userId: 'mallory' });
    await join(cloud, stageArn);
    await cloud.realTime.send(new DisconnectParticipantCommand({ stageArn, participantId, reason: 'no' }));
    const again = await cloud.control<{ detail: string }>('POST', '/participants', { token });
    expect(again).toMatchObject({ status: 401, body: { detail: expect.stringContaining('DisconnectParticipant') } });
    const sessionId = await activeSessionOf(stageArn);
    const { participant } = await cloud.realTime.send(
      new GetParticipantCommand({ stageArn, sessionId, participantId }),
    );
    expect(participant?.state).toBe('DISCONNECTED');
    await expect(join(cloud, stageArn, { userId: 'mallory' })).resolves.toHaveProperty('participantId');
  });

  it.each([
    ['connected', 'not_found', 201],
    ['issued', 'ok', 401],
  ])(
    'a token that was never used survives or dies as assumed: %s',
    async (disconnectKills, disconnectOfAbsent, status) => {
      await cloud.control('PUT', '/assumptions', { disconnectKills, disconnectOfAbsent });
      const stageArn = await createStage(cloud);
      const { participantToken } = await cloud.realTime.send(new CreateParticipantTokenCommand({ stageArn }));
      const participantId = participantToken?.participantId ?? '';
      const disconnect = cloud.realTime.send(new DisconnectParticipantCommand({ stageArn, participantId }));
      if (disconnectOfAbsent === 'ok') await disconnect;
      else await expect(disconnect).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      const joined = await cloud.control('POST', '/participants', { token: participantToken?.token });
      expect(joined.status).toBe(status);
    },
  );

  it('takes everyone off a stage that is deleted, and then knows nothing of it', async () => {
    const stageArn = await createStage(cloud);
    const { participantId, token } = await join(cloud, stageArn);
    const sessionId = await activeSessionOf(stageArn);
    await cloud.realTime.send(new DeleteStageCommand({ arn: stageArn }));
    await expect(activeSessionOf(stageArn)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      exceptionMessage: 'Resource not found',
      message: 'UnknownError',
      $metadata: { httpStatusCode: 404 },
    });
    const listed = await cloud.realTime.send(new ListParticipantsCommand({ stageArn, sessionId }));
    expect(listed.participants).toEqual([]);
    expect((await cloud.control('POST', '/participants', { token })).status).toBe(401);
    expect((await cloud.control('POST', `/participants/${participantId}/publish`)).status).toBe(404);
  });
});

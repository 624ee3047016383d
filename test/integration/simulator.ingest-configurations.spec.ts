import {
  CreateIngestConfigurationCommand,
  type CreateIngestConfigurationCommandInput,
  DeleteIngestConfigurationCommand,
  GetIngestConfigurationCommand,
  ListIngestConfigurationsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UpdateIngestConfigurationCommand,
} from '@aws-sdk/client-ivs-realtime';
import { clientsFor, createStage, startCloud, type TestCloud } from './simulator.harness.js';

const AUTHORIZATION = `AWS4-HMAC-SHA256 Credential=AKID/20261121/us-west-2/ivs/aws4_request, SignedHeaders=host, Signature=${'0'.repeat(64)}`;
const ARN = 'arn:aws:ivs:us-west-2:123456789012:ingest-configuration/abcdABCDefgh';
const STAGE_ARN = 'arn:aws:ivs:us-west-2:123456789012:stage/abcdABCDefgh';
const QUOTA = 100;
const RTMPS = { ingestProtocol: 'RTMPS' } as const;
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, '']));

/** Operation, what is sent, and the member that AWS must name. */
const BROKEN: [operation: string, input: Record<string, unknown>, member: string][] = [
  ['CreateIngestConfiguration', {}, 'ingestProtocol'],
  ['CreateIngestConfiguration', { ingestProtocol: 'SRT' }, 'ingestProtocol'],
  ['CreateIngestConfiguration', { ...RTMPS, name: 'with space' }, 'name'],
  ['CreateIngestConfiguration', { ...RTMPS, name: 'x'.repeat(129) }, 'name'],
  ['CreateIngestConfiguration', { ...RTMPS, stageArn: 'stage' }, 'stageArn'],
  ['CreateIngestConfiguration', { ...RTMPS, stageArn: `${STAGE_ARN}${'x'.repeat(128)}` }, 'stageArn'],
  ['CreateIngestConfiguration', { ...RTMPS, userId: 'x'.repeat(129) }, 'userId'],
  ['CreateIngestConfiguration', { ...RTMPS, attributes: { a: 'ü'.repeat(512) } }, 'attributes'],
  ['CreateIngestConfiguration', { ...RTMPS, tags: tags(51) }, 'tags'],
  ['CreateIngestConfiguration', { ...RTMPS, tags: { '': 'x' } }, 'tags'],
  ['CreateIngestConfiguration', { ...RTMPS, tags: { key: 'x'.repeat(257) } }, 'tags.key'],
  ['GetIngestConfiguration', {}, 'arn'],
  ['GetIngestConfiguration', { arn: STAGE_ARN }, 'arn'],
  ['GetIngestConfiguration', { arn: '' }, 'arn'],
  ['UpdateIngestConfiguration', { stageArn: '' }, 'arn'],
  ['UpdateIngestConfiguration', { arn: ARN, stageArn: ARN }, 'stageArn'],
  ['DeleteIngestConfiguration', {}, 'arn'],
  ['DeleteIngestConfiguration', { arn: 'x'.repeat(129) }, 'arn'],
  ['ListIngestConfigurations', { filterByStageArn: '' }, 'filterByStageArn'],
  ['ListIngestConfigurations', { filterByStageArn: ARN }, 'filterByStageArn'],
  ['ListIngestConfigurations', { filterByState: 'RESTING' }, 'filterByState'],
  ['ListIngestConfigurations', { maxResults: 0 }, 'maxResults'],
  ['ListIngestConfigurations', { maxResults: 101 }, 'maxResults'],
  ['ListIngestConfigurations', { nextToken: '?!' }, 'nextToken'],
];

/** What AWS takes for another JSON type never reaches the service. */
const MISTYPED: [operation: string, input: Record<string, unknown>][] = [
  ['CreateIngestConfiguration', { ...RTMPS, insecureIngest: 'yes' }],
  ['CreateIngestConfiguration', { ...RTMPS, redundantIngest: 1 }],
  ['CreateIngestConfiguration', { ...RTMPS, attributes: 'x' }],
  ['UpdateIngestConfiguration', { arn: ARN, redundantIngest: 'no' }],
  ['DeleteIngestConfiguration', { arn: ARN, force: 'please' }],
];

describe('ingest configurations in the simulator', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  beforeEach(() => cloud.control('POST', '/reset'));
  afterAll(() => cloud.close());

  const post = async (operation: string, input: unknown) => {
    const headers = { authorization: AUTHORIZATION };
    const response = await fetch(`${cloud.url}/${operation}`, { method: 'POST', body: JSON.stringify(input), headers });
    return { response, body: (await response.json()) as Record<string, string> };
  };
  const create = async (more: Partial<CreateIngestConfigurationCommandInput> = {}) => {
    const command = new CreateIngestConfigurationCommand({ ...RTMPS, ...more });
    const { ingestConfiguration } = await cloud.realTime.send(command);
    if (!ingestConfiguration) throw new Error('nothing was made');
    return ingestConfiguration;
  };
  const get = async (arn: string | undefined) =>
    (await cloud.realTime.send(new GetIngestConfigurationCommand({ arn }))).ingestConfiguration;

  it.each(BROKEN)('%s %j names %s', async (operation, input, member) => {
    const { response, body } = await post(operation, input);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ValidationException');
    expect(body.exceptionMessage).toContain(`at '${member}`);
  });

  it.each(MISTYPED)('%s %j is a SerializationException', async (operation, input) => {
    const { response } = await post(operation, input);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });

  it.each([
    ['GetIngestConfiguration', { arn: ARN }],
    ['UpdateIngestConfiguration', { arn: ARN, stageArn: '' }],
    ['DeleteIngestConfiguration', { arn: ARN }],
  ])('%s of one that is not there is a 404', async (operation, input) => {
    const { response } = await post(operation, input);
    expect(response.status).toBe(404);
    expect(response.headers.get('x-amzn-errortype')).toBe('ResourceNotFoundException');
  });

  it('are made with everything that an encoder needs, and read as they were made', async () => {
    const stageArn = await createStage(cloud);
    const given = { name: 'main', stageArn, userId: 'ana', attributes: { role: 'host' }, tags: { team: 'shows' } };
    const made = await create(given);
    expect(made).toMatchObject({ ...given, ...RTMPS, redundantIngest: false, state: 'INACTIVE' });
    expect(made.arn).toMatch(/^arn:aws:ivs:us-west-2:\d{12}:ingest-configuration\/\w+$/);
    expect(made.streamKey).toMatch(/^rt_[0-9]+_[a-z0-9-]+_[a-zA-Z0-9-]+_.+$/);
    expect(made.participantId).toMatch(/^[a-zA-Z0-9-_]{1,64}$/);
    expect(await get(made.arn)).toEqual(made);
  });

  it('have a kilobyte of attributes and an empty stage when none is given', async () => {
    const attributes = { key: 'x'.repeat(1_021) };
    expect(await create({ attributes })).toMatchObject({ attributes, stageArn: '' });
  });

  it('take RTMP only when told that it is insecure', async () => {
    const { response, body } = await post('CreateIngestConfiguration', { ingestProtocol: 'RTMP' });
    expect(response.status).toBe(400);
    expect(body.exceptionMessage).toContain('insecureIngest');
    expect(await create({ ingestProtocol: 'RTMP', insecureIngest: true })).toMatchObject({ ingestProtocol: 'RTMP' });
  });

  it('must be of a stage that exists', async () => {
    await expect(create({ stageArn: STAGE_ARN })).rejects.toMatchObject({ name: 'ValidationException' });
    const { arn } = await create();
    const update = new UpdateIngestConfigurationCommand({ arn, stageArn: STAGE_ARN });
    await expect(cloud.realTime.send(update)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('change their stage and their redundancy', async () => {
    const stageArn = await createStage(cloud);
    const { arn, participantId, streamKey } = await create();
    const change = async (changes: object) =>
      (await cloud.realTime.send(new UpdateIngestConfigurationCommand({ arn, ...changes }))).ingestConfiguration;
    expect(await change({ stageArn })).toMatchObject({ stageArn, participantId, streamKey });
    const redundant = await change({ redundantIngest: true });
    expect(redundant?.redundantIngestCredentials).toEqual([
      { participantId: expect.any(String), streamKey: expect.stringMatching(/^rt_/) },
    ]);
    expect(redundant?.redundantIngestCredentials?.[0]?.participantId).not.toBe(participantId);
    expect(await change({ redundantIngest: false, stageArn: '' })).not.toHaveProperty('redundantIngestCredentials');
    expect(await get(arn)).toMatchObject({ stageArn: '' });
  });

  it('are listed in pages, without their stream keys, by stage or by state', async () => {
    const stageArn = await createStage(cloud);
    const made = [await create({ stageArn }), await create(), await create()];
    const list = async (input: object) => cloud.realTime.send(new ListIngestConfigurationsCommand(input));
    const first = await list({ maxResults: 2 });
    const second = await list({ maxResults: 2, nextToken: first.nextToken });
    const listed = [...(first.ingestConfigurations ?? []), ...(second.ingestConfigurations ?? [])];
    expect(listed.map(({ arn }) => arn)).toEqual(made.map(({ arn }) => arn));
    expect(listed.every((one) => !('streamKey' in one))).toBe(true);
    expect(second.nextToken).toBeUndefined();
    expect((await list({ filterByStageArn: stageArn })).ingestConfigurations).toHaveLength(1);
    expect((await list({ filterByState: 'ACTIVE' })).ingestConfigurations).toEqual([]);
    await expect(list({ filterByStageArn: stageArn, filterByState: 'ACTIVE' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
    await expect(list({ nextToken: first.nextToken, filterByState: 'INACTIVE' })).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('are deleted', async () => {
    const { arn } = await create();
    await cloud.realTime.send(new DeleteIngestConfigurationCommand({ arn }));
    await expect(get(arn)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('have tags', async () => {
    const { arn: resourceArn } = await create({ tags: { a: '1' } });
    await cloud.realTime.send(new TagResourceCommand({ resourceArn, tags: { b: '2' } }));
    const { tags: found } = await cloud.realTime.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(found).toEqual({ a: '1', b: '2' });
    await expect(create({ tags: { 'aws:mine': '' } })).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it(`are at most ${QUOTA} in a region, and unknown in another`, async () => {
    const made = await Promise.all(Array.from({ length: QUOTA }, () => create()));
    await expect(create()).rejects.toMatchObject({
      name: 'ServiceQuotaExceededException',
      $metadata: { httpStatusCode: 402 },
    });
    const { realTime } = clientsFor(cloud.url, 'eu-west-1');
    const elsewhere = realTime.send(new GetIngestConfigurationCommand({ arn: made[0]?.arn }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(realTime.send(new CreateIngestConfigurationCommand(RTMPS))).resolves.toBeDefined();
  });
});

import {
  CreateParticipantTokenCommand,
  CreateStageCommand,
  GetStageCommand,
  ListTagsForResourceCommand,
  StartCompositionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-ivs-realtime';
import { createStage, startCloud, type TestCloud } from './simulator.harness.js';

const SIGNATURE = '0'.repeat(64);
const authorization = (service: string, region = 'us-west-2') =>
  `AWS4-HMAC-SHA256 Credential=AKID/20261121/${region}/${service}/aws4_request, SignedHeaders=host, Signature=${SIGNATURE}`;
const ARN = 'arn:aws:ivs:us-west-2:123456789012:stage/abcdABCDefgh';
const SESSION = 'st-a1b2c3d4e5f6g';
const tooMany = (count: number) => Array.from({ length: count }, () => ({}));
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, '']));

/** Operation, what is sent, and the member that AWS must name. */
const BROKEN: [operation: string, input: Record<string, unknown>, member: string][] = [
  ['CreateStage', { name: 'with space' }, 'name'],
  ['CreateStage', { name: 'x'.repeat(129) }, 'name'],
  ['CreateStage', { tags: tags(51) }, 'tags'],
  ['CreateStage', { tags: { '': 'x' } }, 'tags'],
  ['CreateStage', { tags: { key: 'x'.repeat(257) } }, 'tags.key'],
  ['CreateStage', { participantTokenConfigurations: tooMany(13) }, 'participantTokenConfigurations'],
  [
    'CreateStage',
    { participantTokenConfigurations: [{ duration: 0 }] },
    'participantTokenConfigurations.1.member.duration',
  ],
  [
    'CreateStage',
    { autoParticipantRecordingConfiguration: {} },
    'autoParticipantRecordingConfiguration.storageConfigurationArn',
  ],
  [
    'CreateStage',
    { autoParticipantRecordingConfiguration: { storageConfigurationArn: 'x' } },
    'autoParticipantRecordingConfiguration.storageConfigurationArn',
  ],
  ['GetStage', {}, 'arn'],
  ['GetStage', { arn: null }, 'arn'],
  ['GetStage', { arn: 'arn:aws:ivs:us-west-2:123456789012:channel/abc' }, 'arn'],
  ['GetStage', { arn: '' }, 'arn'],
  ['UpdateStage', { name: 'x' }, 'arn'],
  ['UpdateStage', { arn: ARN, name: 'ä' }, 'name'],
  ['DeleteStage', {}, 'arn'],
  ['ListStages', { maxResults: 0 }, 'maxResults'],
  ['ListStages', { maxResults: 101 }, 'maxResults'],
  ['ListStages', { nextToken: '?!' }, 'nextToken'],
  ['CreateParticipantToken', {}, 'stageArn'],
  ['CreateParticipantToken', { stageArn: ARN, duration: 20_161 }, 'duration'],
  ['CreateParticipantToken', { stageArn: ARN, userId: 'x'.repeat(129) }, 'userId'],
  ['CreateParticipantToken', { stageArn: ARN, attributes: { a: 'ü'.repeat(512) } }, 'attributes'],
  ['CreateParticipantToken', { stageArn: ARN, capabilities: ['FLY'] }, 'capabilities.1.member'],
  ['CreateParticipantToken', { stageArn: ARN, capabilities: ['PUBLISH', 'PUBLISH', 'PUBLISH'] }, 'capabilities'],
  ['DisconnectParticipant', { stageArn: ARN }, 'participantId'],
  ['DisconnectParticipant', { stageArn: ARN, participantId: 'a b' }, 'participantId'],
  ['DisconnectParticipant', { stageArn: ARN, participantId: 'x'.repeat(65) }, 'participantId'],
  ['DisconnectParticipant', { stageArn: ARN, participantId: 'x', reason: 'x'.repeat(129) }, 'reason'],
  ['GetParticipant', { stageArn: ARN, sessionId: SESSION }, 'participantId'],
  ['GetParticipant', { stageArn: ARN, sessionId: 'st-short', participantId: 'x' }, 'sessionId'],
  ['ListParticipants', { stageArn: ARN }, 'sessionId'],
  ['ListParticipants', { stageArn: ARN, sessionId: SESSION, filterByState: 'GONE' }, 'filterByState'],
  [
    'ListParticipants',
    { stageArn: ARN, sessionId: SESSION, filterByRecordingState: 'DISABLED' },
    'filterByRecordingState',
  ],
  ['ListParticipants', { stageArn: ARN, sessionId: SESSION, maxResults: 101 }, 'maxResults'],
  ['ListParticipantEvents', { stageArn: ARN, sessionId: SESSION }, 'participantId'],
  ['GetStageSession', { stageArn: ARN }, 'sessionId'],
  ['ListStageSessions', {}, 'stageArn'],
];

describe('what AWS refuses, in its words', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  beforeEach(() => cloud.control('POST', '/reset'));
  afterAll(() => cloud.close());

  const post = async (
    path: string,
    body: unknown,
    headers: Record<string, string> = { authorization: authorization('ivs') },
  ) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(cloud.url + path, { method: 'POST', body: text, headers });
    return { response, body: JSON.parse(await response.text()) as Record<string, string> };
  };

  it.each(BROKEN)('%s %j names %s', async (operation, input, member) => {
    const { response, body } = await post(`/${operation}`, input);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ValidationException');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[0-9a-f-]{36}$/);
    expect(Object.keys(body)).toEqual(['exceptionMessage']);
    expect(body.exceptionMessage).toMatch(/^\d+ validation errors? detected: Value /);
    expect(body.exceptionMessage).toContain(`at '${member}`);
  });

  it('lists every broken member at once', async () => {
    const { body } = await post('/CreateParticipantToken', { duration: 0, userId: 'x'.repeat(129) });
    expect(body.exceptionMessage).toMatch(/^3 validation errors detected: /);
  });

  it.each([
    ['a number for a text', { arn: 5 }],
    ['text for an object', 'not json'],
    ['a list for an object', []],
  ])('%s is a SerializationException', async (_, input) => {
    const { response } = await post('/GetStage', input);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });

  it('ignores members that it does not know', async () => {
    expect((await post('/ListStages', { surprise: true })).response.status).toBe(200);
  });

  it('gives the client of AWS an error with the name, the status and `exceptionMessage` only', async () => {
    const refused = cloud.realTime.send(new CreateStageCommand({ name: 'with space' }));
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'UnknownError',
      exceptionMessage: expect.stringContaining("at 'name'"),
      $metadata: { httpStatusCode: 400, requestId: expect.any(String) },
    });
    await expect(cloud.realTime.send(new GetStageCommand({ arn: ARN }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('has a kilobyte of attributes, keys and values together', async () => {
    const stageArn = await createStage(cloud);
    const attributes = { key: 'x'.repeat(1_021) };
    const { participantToken } = await cloud.realTime.send(new CreateParticipantTokenCommand({ stageArn, attributes }));
    expect(participantToken?.attributes).toEqual(attributes);
  });

  it.each([
    ['no signature', {}, 403, 'MissingAuthenticationTokenException'],
    ['half a signature', { authorization: 'AWS4-HMAC-SHA256 Credential=AKID' }, 403, 'IncompleteSignatureException'],
    ["another service's signature", { authorization: authorization('s3') }, 403, 'InvalidSignatureException'],
  ])('refuses a call with %s', async (_, headers, status, name) => {
    const { response } = await post('/ListStages', {}, headers as Record<string, string>);
    expect(response.status).toBe(status);
    expect(response.headers.get('x-amzn-errortype')).toBe(name);
  });

  it('answers an operation that is not there as AWS does', async () => {
    const start = new StartCompositionCommand({ stageArn: ARN, destinations: [] });
    await expect(cloud.realTime.send(start)).rejects.toMatchObject({ name: 'UnknownOperationException' });
    const { response } = await post('/toString', {});
    expect(response.headers.get('x-amzn-errortype')).toBe('UnknownOperationException');
  });

  it('refuses a recording whose storage does not exist', async () => {
    const storageConfigurationArn = 'arn:aws:ivs:us-west-2:123456789012:storage-configuration/abc';
    const create = (arn: string) =>
      cloud.realTime.send(
        new CreateStageCommand({ autoParticipantRecordingConfiguration: { storageConfigurationArn: arn } }),
      );
    await expect(create(storageConfigurationArn)).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await create('')).stage?.autoParticipantRecordingConfiguration?.storageConfigurationArn).toBe('');
  });

  describe('tags', () => {
    const tagsOf = async (resourceArn: string) =>
      (await cloud.realTime.send(new ListTagsForResourceCommand({ resourceArn }))).tags;

    it('are added, replaced and removed', async () => {
      const resourceArn = await createStage(cloud);
      await cloud.realTime.send(new TagResourceCommand({ resourceArn, tags: { a: '1', 'with space': 'x/y' } }));
      await cloud.realTime.send(new TagResourceCommand({ resourceArn, tags: { a: '2', b: '3' } }));
      await cloud.realTime.send(new UntagResourceCommand({ resourceArn, tagKeys: ['b', 'with space'] }));
      expect(await tagsOf(resourceArn)).toEqual({ a: '2' });
    });

    it('are at most 50 on a resource, however they came', async () => {
      const resourceArn = await createStage(cloud);
      await cloud.realTime.send(new TagResourceCommand({ resourceArn, tags: tags(50) }));
      const more = new TagResourceCommand({ resourceArn, tags: { more: '' } });
      await expect(cloud.realTime.send(more)).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('may not begin with aws:', async () => {
      const create = cloud.realTime.send(new CreateStageCommand({ tags: { 'aws:mine': '' } }));
      await expect(create).rejects.toMatchObject({ name: 'ValidationException' });
    });

    it('of a stage that is not there are a 404, of something else a 400', async () => {
      await expect(tagsOf(ARN)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      await expect(tagsOf('arn:aws:ivs:nowhere')).rejects.toMatchObject({ name: 'ValidationException' });
    });
  });
});

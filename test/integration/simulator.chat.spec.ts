import {
  CreateRoomCommand,
  DeleteRoomCommand,
  GetRoomCommand,
  ListRoomsCommand,
  ListTagsForResourceCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateRoomCommand,
} from '@aws-sdk/client-ivschat';
import { startCloud, type TestCloud } from './simulator.harness.js';

const ROOM = 'arn:aws:ivschat:us-west-2:123456789012:room/abcdABCDefgh';
const LAMBDA = 'arn:aws:lambda:us-west-2:123456789012:function:review';

describe("chat rooms, through AWS's own client", () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  beforeEach(() => cloud.control('POST', '/reset'));
  afterAll(() => cloud.close());

  it('are made with the defaults, described, and gone when deleted', async () => {
    const { $metadata: _, ...made } = await cloud.chat.send(new CreateRoomCommand({ name: 'room', tags: { a: 'b' } }));
    expect(made).toMatchObject({
      name: 'room',
      maximumMessageLength: 500,
      maximumMessageRatePerSecond: 10,
      tags: { a: 'b' },
    });
    expect(made.arn).toBe(`arn:aws:ivschat:us-west-2:123456789012:room/${made.id}`);
    expect(made.id).toMatch(/^[a-zA-Z0-9]{12}$/);
    expect(made.createTime).toBeInstanceOf(Date);
    expect(await cloud.chat.send(new GetRoomCommand({ identifier: made.arn }))).toMatchObject(made);
    const deleted = await cloud.chat.send(new DeleteRoomCommand({ identifier: made.arn }));
    expect(deleted.$metadata.httpStatusCode).toBe(204);
    await expect(cloud.chat.send(new GetRoomCommand({ identifier: made.arn }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: expect.stringContaining('does not exist'),
      resourceId: made.id,
      resourceType: 'ROOM',
      $metadata: { httpStatusCode: 404 },
    });
  });

  it('keep their settings and their review handler', async () => {
    const settings = {
      maximumMessageLength: 10,
      maximumMessageRatePerSecond: 1,
      messageReviewHandler: { uri: LAMBDA },
    };
    const { arn } = await cloud.chat.send(new CreateRoomCommand(settings));
    const room = await cloud.chat.send(new GetRoomCommand({ identifier: arn }));
    expect(room).toMatchObject({ ...settings, messageReviewHandler: { uri: LAMBDA, fallbackResult: 'ALLOW' } });
  });

  it('are listed the latest first, by name, by handler and in pages', async () => {
    for (const name of ['one', 'two', 'two']) await cloud.chat.send(new CreateRoomCommand({ name }));
    await cloud.chat.send(new CreateRoomCommand({ name: 'reviewed', messageReviewHandler: { uri: LAMBDA } }));
    const names = async (input: object) =>
      (await cloud.chat.send(new ListRoomsCommand(input))).rooms?.map(({ name }) => name);
    expect(await names({})).toEqual(['reviewed', 'two', 'two', 'one']);
    expect(await names({ name: 'two' })).toEqual(['two', 'two']);
    expect(await names({ messageReviewHandlerUri: LAMBDA })).toEqual(['reviewed']);
    const { nextToken } = await cloud.chat.send(new ListRoomsCommand({ maxResults: 3 }));
    expect(await names({ nextToken })).toEqual(['one']);
  });

  it.each([
    [new CreateRoomCommand({ name: 'with space' }), 'name'],
    [new CreateRoomCommand({ maximumMessageLength: 501 }), 'maximumMessageLength'],
    [new CreateRoomCommand({ maximumMessageRatePerSecond: 0 }), 'maximumMessageRatePerSecond'],
    [new CreateRoomCommand({ messageReviewHandler: { uri: 'https://example.com' } }), 'messageReviewHandler.uri'],
    [
      new CreateRoomCommand({ messageReviewHandler: { uri: LAMBDA.replace('us-west-2', 'eu-central-1') } }),
      'messageReviewHandler.uri',
    ],
    [new CreateRoomCommand({ tags: { 'aws:x': '' } }), 'tags'],
    [new GetRoomCommand({ identifier: 'abc' }), 'identifier'],
    [new DeleteRoomCommand({ identifier: undefined }), 'identifier'],
    [new ListRoomsCommand({ maxResults: 51 }), 'maxResults'],
    [new ListRoomsCommand({ nextToken: 'made-up' }), 'nextToken'],
  ])('refuse bad input with the field in a list (%#)', async (command, field) => {
    const refused = cloud.chat.send(command as CreateRoomCommand);
    await expect(refused).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.any(String),
      reason: 'FIELD_VALIDATION_FAILED',
      fieldList: [{ name: field, message: expect.any(String) }],
      $metadata: { httpStatusCode: 400 },
    });
  });

  it('have tags of their own', async () => {
    const { arn: resourceArn } = await cloud.chat.send(new CreateRoomCommand({ tags: { a: '1' } }));
    await cloud.chat.send(new TagResourceCommand({ resourceArn, tags: { b: '2' } }));
    await cloud.chat.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }));
    const { tags } = await cloud.chat.send(new ListTagsForResourceCommand({ resourceArn }));
    expect(tags).toEqual({ b: '2' });
    const other = cloud.chat.send(new ListTagsForResourceCommand({ resourceArn: ROOM }));
    await expect(other).rejects.toMatchObject({ name: 'ResourceNotFoundException', resourceType: 'ROOM' });
  });

  it('are throttled with the members of the model', async () => {
    await cloud.control('PUT', '/throttle', { operation: 'CreateRoom', tps: 0 });
    await expect(cloud.chat.send(new CreateRoomCommand({}))).rejects.toMatchObject({
      name: 'ThrottlingException',
      limit: 0,
      resourceType: 'ROOM',
      $metadata: { httpStatusCode: 429 },
    });
  });

  it('cannot be changed yet: an unknown operation', async () => {
    const update = cloud.chat.send(new UpdateRoomCommand({ identifier: ROOM }));
    await expect(update).rejects.toMatchObject({ name: 'UnknownOperationException' });
  });
});

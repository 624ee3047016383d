import {
  CreateApiDestinationCommand,
  CreateArchiveCommand,
  CreateConnectionCommand,
  DeleteApiDestinationCommand,
  DeleteConnectionCommand,
  DeleteRuleCommand,
  DescribeApiDestinationCommand,
  DescribeConnectionCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiDestinationCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { startCloud, subscribe, type TestCloud } from './simulator.harness.js';

const HOOK = 'https://example.com/hook';
const ROLE = 'arn:aws:iam::123456789012:role/events';
const EventPattern = JSON.stringify({ source: ['aws.ivs'] });
const connection = (more: object = {}) => ({
  Name: 'one',
  AuthorizationType: 'API_KEY' as const,
  AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-key', ApiKeyValue: 'secret' } },
  ...more,
});

describe("EventBridge's rules and destinations, through AWS's own client", () => {
  let cloud: TestCloud;
  let send: TestCloud['eventBridge']['send'];
  beforeAll(async () => {
    cloud = await startCloud();
    send = cloud.eventBridge.send.bind(cloud.eventBridge);
  });
  beforeEach(() => cloud.control('POST', '/reset'));
  afterAll(() => cloud.close());

  const refusal = (name: string) => ({ name, message: expect.any(String), $metadata: { httpStatusCode: 400 } });
  const destination = async (more: object = {}) => {
    const { ConnectionArn } = await send(new CreateConnectionCommand(connection()));
    return { Name: 'hook', ConnectionArn, InvocationEndpoint: HOOK, HttpMethod: 'POST' as const, ...more };
  };

  it('keep a rule, which putting again changes', async () => {
    const { RuleArn } = await send(
      new PutRuleCommand({ Name: 'r', EventPattern, Description: 'all', Tags: [{ Key: 'a', Value: '1' }] }),
    );
    expect(RuleArn).toBe('arn:aws:events:us-west-2:123456789012:rule/r');
    expect(await send(new DescribeRuleCommand({ Name: 'r' }))).toMatchObject({
      Name: 'r',
      Arn: RuleArn,
      EventPattern,
      State: 'ENABLED',
      Description: 'all',
      EventBusName: 'default',
    });
    await send(new PutRuleCommand({ Name: 'r', EventPattern: '{"source":["x"]}', State: 'DISABLED' }));
    expect(await send(new DescribeRuleCommand({ Name: 'r' }))).toMatchObject({
      EventPattern: '{"source":["x"]}',
      State: 'DISABLED',
    });
    await send(new EnableRuleCommand({ Name: 'r' }));
    expect((await send(new DescribeRuleCommand({ Name: 'r' }))).State).toBe('ENABLED');
    await send(new DisableRuleCommand({ Name: 'r' }));
    expect((await send(new DescribeRuleCommand({ Name: 'r' }))).State).toBe('DISABLED');
  });

  it('tag rules', async () => {
    const { RuleArn: ResourceARN } = await send(
      new PutRuleCommand({ Name: 'r', EventPattern, Tags: [{ Key: 'a', Value: '1' }] }),
    );
    await send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }));
    await send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    expect((await send(new ListTagsForResourceCommand({ ResourceARN }))).Tags).toEqual([{ Key: 'b', Value: '2' }]);
  });

  it('list rules by prefix and in pages', async () => {
    for (const Name of ['a1', 'a2', 'b1']) await send(new PutRuleCommand({ Name, EventPattern }));
    const { Rules, NextToken } = await send(new ListRulesCommand({ NamePrefix: 'a', Limit: 1 }));
    const rest = await send(new ListRulesCommand({ NamePrefix: 'a', NextToken }));
    expect([...(Rules ?? []), ...(rest.Rules ?? [])].map(({ Name }) => Name)).toEqual(['a1', 'a2']);
  });

  it('hold on to a rule until its targets are removed', async () => {
    await subscribe(cloud, 'http://127.0.0.1:9/');
    expect((await send(new ListTargetsByRuleCommand({ Rule: 'everything' }))).Targets).toHaveLength(1);
    await expect(send(new DeleteRuleCommand({ Name: 'everything' }))).rejects.toMatchObject(
      refusal('ValidationException'),
    );
    const removed = await send(new RemoveTargetsCommand({ Rule: 'everything', Ids: ['receiver'] }));
    expect(removed.FailedEntryCount).toBe(0);
    await send(new DeleteRuleCommand({ Name: 'everything' }));
    await send(new DeleteRuleCommand({ Name: 'everything' }));
    const describe = send(new DescribeRuleCommand({ Name: 'everything' }));
    await expect(describe).rejects.toMatchObject(refusal('ResourceNotFoundException'));
  });

  it('keep a connection without ever telling its key', async () => {
    const { ConnectionArn } = await send(new CreateConnectionCommand(connection()));
    const described = await send(new DescribeConnectionCommand({ Name: 'one' }));
    expect(described).toMatchObject({ ConnectionArn, ConnectionState: 'AUTHORIZED', AuthorizationType: 'API_KEY' });
    expect(described.CreationTime).toBeInstanceOf(Date);
    expect(described.AuthParameters?.ApiKeyAuthParameters).toEqual({ ApiKeyName: 'x-key' });
    const again = send(new CreateConnectionCommand(connection()));
    await expect(again).rejects.toMatchObject(refusal('ResourceAlreadyExistsException'));
    expect((await send(new UpdateConnectionCommand(connection()))).ConnectionArn).toBe(ConnectionArn);
    await send(new DeleteConnectionCommand({ Name: 'one' }));
    for (const command of [new DeleteConnectionCommand({ Name: 'one' }), new UpdateConnectionCommand(connection())]) {
      await expect(send(command as DeleteConnectionCommand)).rejects.toMatchObject(
        refusal('ResourceNotFoundException'),
      );
    }
  });

  it('keep an API destination, which is inactive without its connection', async () => {
    const input = await destination({ InvocationRateLimitPerSecond: 7 });
    const { ApiDestinationArn } = await send(new CreateApiDestinationCommand(input));
    const describe = () => send(new DescribeApiDestinationCommand({ Name: 'hook' }));
    expect(await describe()).toMatchObject({ ...input, ApiDestinationArn, ApiDestinationState: 'ACTIVE' });
    await expect(send(new CreateApiDestinationCommand(input))).rejects.toMatchObject(
      refusal('ResourceAlreadyExistsException'),
    );
    await send(new UpdateApiDestinationCommand({ Name: 'hook', InvocationEndpoint: 'http://localhost:80/x' }));
    expect(await describe()).toMatchObject({
      InvocationEndpoint: 'http://localhost:80/x',
      InvocationRateLimitPerSecond: 7,
    });
    await send(new DeleteConnectionCommand({ Name: 'one' }));
    expect((await describe()).ApiDestinationState).toBe('INACTIVE');
    await send(new DeleteApiDestinationCommand({ Name: 'hook' }));
    await expect(describe()).rejects.toMatchObject(refusal('ResourceNotFoundException'));
  });

  it.each(['http://example.com/', 'ftp://example.com/', 'http://10.0.0.1/', 'example.com'])(
    'refuse to call %s',
    async (url) => {
      const create = send(new CreateApiDestinationCommand(await destination({ InvocationEndpoint: url })));
      await expect(create).rejects.toMatchObject(refusal('ValidationException'));
    },
  );

  it.each([
    ['InvalidEventPatternException', new PutRuleCommand({ Name: 'r', EventPattern: 'no json' })],
    ['InvalidEventPatternException', new PutRuleCommand({ Name: 'r', EventPattern: '{"source":"aws.ivs"}' })],
    ['ValidationException', new PutRuleCommand({ Name: 'r' })],
    ['ValidationException', new PutRuleCommand({ Name: 'with space', EventPattern })],
    ['ValidationException', new PutRuleCommand({ Name: 'r', ScheduleExpression: 'rate(5 minutes)' })],
    ['ResourceNotFoundException', new PutRuleCommand({ Name: 'r', EventPattern, EventBusName: 'mine' })],
    ['ValidationException', new CreateConnectionCommand(connection({ AuthorizationType: 'BASIC' }))],
    ['ValidationException', new CreateConnectionCommand(connection({ AuthorizationType: 'NONE' }))],
    ['ValidationException', new CreateConnectionCommand(connection({ AuthParameters: {} }))],
    ['ValidationException', new CreateConnectionCommand(connection({ Name: undefined }))],
    [
      'ResourceNotFoundException',
      new PutTargetsCommand({
        Rule: 'none',
        Targets: [{ Id: 'x', Arn: 'arn:aws:events:us-west-2:123456789012:api-destination/x/y', RoleArn: ROLE }],
      }),
    ],
    ['ResourceNotFoundException', new ListTargetsByRuleCommand({ Rule: 'none' })],
    ['ValidationException', new PutEventsCommand({ Entries: [] })],
    ['ValidationException', new PutEventsCommand({ Entries: Array.from({ length: 11 }, () => ({})) })],
    ['UnknownOperationException', new CreateArchiveCommand({ ArchiveName: 'a', EventSourceArn: 'b' })],
  ])('answer %s (%#)', async (name, command) => {
    await expect(send(command as PutRuleCommand)).rejects.toMatchObject(refusal(name));
  });

  it('take only targets that they can deliver to, with a role', async () => {
    const { ApiDestinationArn: Arn } = await send(new CreateApiDestinationCommand(await destination()));
    await send(new PutRuleCommand({ Name: 'r', EventPattern }));
    const put = (target: object) =>
      send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 't', Arn, RoleArn: ROLE, ...target }] }));
    await expect(put({ RoleArn: undefined })).rejects.toMatchObject({
      name: 'ValidationException',
      message: `RoleArn is required for target ${Arn}.`,
    });
    await expect(put({ RoleArn: 'me' })).rejects.toMatchObject(refusal('ValidationException'));
    await expect(put({ Arn: 'arn:aws:sqs:us-west-2:123456789012:q' })).rejects.toMatchObject(
      refusal('ValidationException'),
    );
    await expect(put({ InputPath: '$.detail' })).rejects.toMatchObject(refusal('ValidationException'));
    await expect(put({ RetryPolicy: { MaximumRetryAttempts: 186 } })).rejects.toMatchObject(
      refusal('ValidationException'),
    );
    const unknown = await put({ Arn: `${Arn}0` });
    expect(unknown).toMatchObject({
      FailedEntryCount: 1,
      FailedEntries: [{ TargetId: 't', ErrorCode: 'ResourceNotFoundException' }],
    });
    for (const Id of ['1', '2', '3', '4', '5']) expect((await put({ Id })).FailedEntryCount).toBe(0);
    await expect(put({ Id: '6' })).rejects.toMatchObject(refusal('LimitExceededException'));
    expect((await put({ Id: '5' })).FailedEntryCount).toBe(0);
  });

  it("accept a caller's events one by one, but not in AWS's name", async () => {
    const good = { Source: 'my.app', DetailType: 'x', Detail: '{}' };
    const Entries = [
      good,
      { ...good, Source: 'aws.ivs' },
      { ...good, Detail: '[1]' },
      { DetailType: 'x', Detail: '{}' },
    ];
    const answer = await send(new PutEventsCommand({ Entries }));
    expect(answer.FailedEntryCount).toBe(3);
    expect(answer.Entries?.map((entry) => entry.ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
      'InvalidArgument',
    ]);
    expect(answer.Entries?.[0]?.EventId).toMatch(/^[0-9a-f-]{36}$/);
  });
});

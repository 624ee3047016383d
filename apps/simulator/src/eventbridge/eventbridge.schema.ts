import { z } from 'zod';
import { integer, list, oneOf, text } from '../protocol/constraints.schema.js';

/**
 * The members of EventBridge's operations with the constraints of its API reference (2015-10-07).
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html
 */
const NAME = '[\\.\\-_A-Za-z0-9]+';
const Name = text({ min: 1, max: 64, pattern: NAME });
const BusName = text({
  min: 1,
  max: 1_600,
  pattern: `(arn:aws[\\w-]*:events:[a-z]+-[a-z]+-[\\w-]+:[0-9]{12}:event-bus\\/)?[/\\.\\-_A-Za-z0-9]+`,
}).default('default');
const arnOf = (kind: string) =>
  text({
    min: 1,
    max: 1_600,
    pattern: `arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:${kind}\\/${NAME}\\/[\\-A-Za-z0-9]+`,
  });
const Arn = text({ min: 1, max: 1_600 });
const Description = text({ max: 512 });
const Paging = {
  NextToken: text({ min: 1, max: 2_048 }).optional(),
  Limit: integer({ min: 1, max: 100 }).default(100),
};
const TagList = z.array(z.object({ Key: text({ min: 1, max: 128 }), Value: text({ max: 256 }) }));

export const PutRule = z.object({
  Name,
  EventPattern: text({ max: 4_096 }).optional(),
  ScheduleExpression: text({ max: 256 }).optional(),
  State: oneOf(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  Description: Description.optional(),
  RoleArn: Arn.optional(),
  Tags: TagList.default([]),
  EventBusName: BusName,
});
export const RuleName = z.object({ Name, EventBusName: BusName });
export const DeleteRule = RuleName.extend({ Force: z.boolean().optional() });
export const ListRules = z.object({ NamePrefix: Name.optional(), EventBusName: BusName, ...Paging });

const HttpParameters = z.object({
  PathParameterValues: z.array(text()).default([]),
  HeaderParameters: z.record(text({ max: 512 }), text({ max: 512 })).default({}),
  QueryStringParameters: z.record(text({ max: 512 }), text({ max: 512 })).default({}),
});
export const Target = z.object({
  Id: Name,
  Arn,
  RoleArn: Arn.optional(),
  Input: text({ max: 8_192 }).optional(),
  InputPath: text({ max: 256 }).optional(),
  InputTransformer: z.looseObject({}).optional(),
  HttpParameters: HttpParameters.optional(),
  DeadLetterConfig: z.object({ Arn: Arn.optional() }).optional(),
  RetryPolicy: z
    .object({
      MaximumRetryAttempts: integer({ min: 0, max: 185 }).optional(),
      MaximumEventAgeInSeconds: integer({ min: 60, max: 86_400 }).optional(),
    })
    .optional(),
});
export type Target = z.infer<typeof Target>;

export const PutTargets = z.object({ Rule: Name, EventBusName: BusName, Targets: list(Target, { min: 1, max: 100 }) });
export const ListTargetsByRule = z.object({ Rule: Name, EventBusName: BusName, ...Paging });
export const RemoveTargets = z.object({
  Rule: Name,
  EventBusName: BusName,
  Ids: list(Name, { min: 1, max: 100 }),
  Force: z.boolean().optional(),
});

const AUTHORIZATION = ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'] as const;
// AWS's own patterns, which allow the same characters, take exponential time on some of what they refuse.
const ApiKey = {
  ApiKeyName: text({ min: 1, max: 512, pattern: '[^\\x00-\\x08\\x0A-\\x1F:\\x7F]+' }),
  ApiKeyValue: text({ min: 1, max: 512, pattern: '[^\\x00-\\x08\\x0A-\\x1F\\x7F]+' }),
};
export const CreateConnection = z.object({
  Name,
  Description: Description.optional(),
  AuthorizationType: oneOf(AUTHORIZATION),
  AuthParameters: z.looseObject({ ApiKeyAuthParameters: z.object(ApiKey).optional() }),
});
export const UpdateConnection = z.object({
  Name,
  Description: Description.optional(),
  AuthorizationType: oneOf(AUTHORIZATION).optional(),
  AuthParameters: z.looseObject({ ApiKeyAuthParameters: z.object(ApiKey).partial().optional() }).optional(),
});
export const ConnectionName = z.object({ Name });

const Endpoint = text({
  min: 1,
  max: 2_048,
  pattern: "((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@\\x26=+$,A-Za-z0-9])+)([).!';/?:,])?",
});
const HttpMethod = oneOf(['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']);
const RateLimit = integer({ min: 1 });
export const CreateApiDestination = z.object({
  Name,
  Description: Description.optional(),
  ConnectionArn: arnOf('connection'),
  InvocationEndpoint: Endpoint,
  HttpMethod,
  InvocationRateLimitPerSecond: RateLimit.optional(),
});
export const UpdateApiDestination = CreateApiDestination.partial().extend({ Name });
export const ApiDestinationName = z.object({ Name });

export const PutEvents = z.object({
  Entries: list(
    z.object({
      Time: z.number().optional(),
      Source: text().optional(),
      Resources: z.array(text({ max: 2_048 })).default([]),
      DetailType: text().optional(),
      Detail: text().optional(),
      EventBusName: text({ min: 1, max: 1_600 }).optional(),
      TraceHeader: text({ min: 1, max: 500 }).optional(),
    }),
    { min: 1, max: 10 },
  ),
  EndpointId: text({ min: 1, max: 50 }).optional(),
});
export type PutEventsEntry = z.infer<typeof PutEvents>['Entries'][number];

export const TagResource = z.object({ ResourceARN: Arn, Tags: TagList });
export const UntagResource = z.object({ ResourceARN: Arn, TagKeys: z.array(text({ min: 1, max: 128 })) });
export const ListTagsForResource = z.object({ ResourceARN: Arn });

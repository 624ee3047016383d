import { z } from 'zod';
import { Attributes, integer, list, oneOf, TagKeys, Tags, text } from '../protocol/constraints.schema.js';

/** The members of IVS Chat's operations with the constraints of its service model (2020-07-14). */
const RoomIdentifier = text({ min: 1, max: 128, pattern: 'arn:aws:ivschat:[a-z0-9-]+:[0-9]+:room/[a-zA-Z0-9-]+' });
const ResourceArn = text({ min: 1, max: 128, pattern: 'arn:aws:ivschat:[a-z0-9-]+:[0-9]+:[a-z-]+/[a-zA-Z0-9-]+' });
const LoggingIdentifier = text({
  min: 1,
  max: 128,
  pattern: 'arn:aws:ivschat:[a-z0-9-]+:[0-9]+:logging-configuration/[a-zA-Z0-9-]+',
});
const LambdaArn = text({ max: 170, pattern: '$|^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+' });
const RoomName = text({ max: 128, pattern: '[a-zA-Z0-9-_]*' });

const ReviewHandler = z.object({
  uri: LambdaArn.optional(),
  fallbackResult: oneOf(['ALLOW', 'DENY']).default('ALLOW'),
});
export type ReviewHandler = z.infer<typeof ReviewHandler>;

export const CreateRoom = z.object({
  name: RoomName.default(''),
  maximumMessageRatePerSecond: integer({ min: 1, max: 100 }).default(10),
  maximumMessageLength: integer({ min: 1, max: 500 }).default(500),
  messageReviewHandler: ReviewHandler.optional(),
  tags: Tags.default({}),
  loggingConfigurationIdentifiers: list(LoggingIdentifier, { max: 3 }).default([]),
});
export const GetRoom = z.object({ identifier: RoomIdentifier });
export const DeleteRoom = GetRoom;
export const ListRooms = z.object({
  name: RoomName.optional(),
  nextToken: text({ max: 1_024 }).optional(),
  maxResults: integer({ min: 1, max: 50 }).default(50),
  messageReviewHandlerUri: LambdaArn.optional(),
  loggingConfigurationIdentifier: LoggingIdentifier.optional(),
});

export const CreateChatToken = z.object({
  roomIdentifier: RoomIdentifier,
  userId: text({ min: 1, max: 128 }),
  // None: to read only.
  capabilities: z.array(oneOf(['SEND_MESSAGE', 'DISCONNECT_USER', 'DELETE_MESSAGE'])).default([]),
  sessionDurationInMinutes: integer({ min: 1, max: 180 }).default(60),
  attributes: Attributes.default({}),
});
const Reason = text({ min: 1, max: 256 }).optional();
export const DeleteMessage = z.object({
  roomIdentifier: RoomIdentifier,
  id: text({ min: 12, max: 12, pattern: '[a-zA-Z0-9]+' }),
  reason: Reason,
});
export const DisconnectUser = z.object({
  roomIdentifier: RoomIdentifier,
  userId: text({ min: 1, max: 128 }),
  reason: Reason,
});
export const SendEvent = z.object({
  roomIdentifier: RoomIdentifier,
  eventName: text({ min: 1, max: 100 }),
  attributes: Attributes.default({}),
});

export const TagResource = z.object({ resourceArn: ResourceArn, tags: Tags });
export const UntagResource = z.object({ resourceArn: ResourceArn, tagKeys: TagKeys });
export const ListTagsForResource = z.object({ resourceArn: ResourceArn });

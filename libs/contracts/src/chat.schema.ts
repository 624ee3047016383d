import { z } from 'zod';
import { Attributes, AwsName, forUser, Tags } from './aws.schema.js';
import { MessageLength, MessageRate } from './chat-policy.schema.js';
import { Region, Timestamp, UserId } from './session.schema.js';

/** A room as IVS Chat answers it; further fields of IVS come along. */
export const ChatRoom = z.looseObject({
  arn: z.string(),
  id: z.string().optional(),
  name: z.string().optional(),
  maximumMessageLength: z.int().optional(),
  maximumMessageRatePerSecond: z.int().optional(),
  createTime: Timestamp.optional(),
  updateTime: Timestamp.optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
export type ChatRoom = z.infer<typeof ChatRoom>;

/** POST /v1/chat-rooms. The defaults are the Flutter package's. */
export const CreateChatRoom = z.strictObject({
  name: AwsName.min(1),
  region: Region.optional(),
  maximumMessageLength: MessageLength.default(500),
  maximumMessageRatePerSecond: MessageRate.default(30),
  tags: Tags.default({}),
});
export type CreateChatRoom = z.infer<typeof CreateChatRoom>;

export const ChatCapability = z.enum(['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER']);
export type ChatCapability = z.infer<typeof ChatCapability>;

/** POST /v1/chat-rooms/{room}/tokens. The defaults are the Flutter package's; 180 minutes is IVS's limit. */
export const CreateChatToken = z.strictObject({
  ...forUser,
  capabilities: z.array(ChatCapability).max(3).default(['SEND_MESSAGE']),
  attributes: Attributes.default({}),
  sessionDurationInMinutes: z.int().min(1).max(180).default(120),
});
export type CreateChatToken = z.infer<typeof CreateChatToken>;

/** POST /v1/sessions/{id}/chat-token: for oneself; an API key names the user. */
export const CreateSessionChatToken = z.strictObject({
  userId: UserId.optional(),
  displayName: z
    .string()
    .trim()
    .min(1)
    .max(128)
    .regex(/^[^\p{C}]+$/u)
    .optional(),
});
export type CreateSessionChatToken = z.infer<typeof CreateSessionChatToken>;

/**
 * `sessionExpirationTime`: until when one stays connected. `tokenExpirationTime`: until when the token connects, once,
 * about a minute; from a session's `chat-token` it is the session's, because chat clients reconnect by it.
 */
export const ChatToken = z.object({
  token: z.string(),
  sessionExpirationTime: Timestamp,
  tokenExpirationTime: Timestamp,
});
export type ChatToken = z.infer<typeof ChatToken>;

/** How a client reaches a session's room: `POST` to `tokenUrl` with the access token gives what connects to `endpoint`. */
export const JoinedChat = z.object({
  roomArn: z.string(),
  region: z.string(),
  endpoint: z.string(),
  tokenUrl: z.string(),
});
export type JoinedChat = z.infer<typeof JoinedChat>;

import type { AwsError } from '../protocol/aws.error.js';
import type { AwsService } from '../protocol/operation.js';
import { tagOperations } from '../protocol/tags.operations.js';
import * as schema from './chat.schema.js';
import { type MessagingParts, messagingOperations } from './messaging.operations.js';
import { aboutRoom, type RoomParts, roomOperations } from './room.operations.js';

// https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/service-quotas.html
const TAG_TPS = 10;
const ROOM_TPS = 5;
const MESSAGING_TPS = 100;
const CHAT_TOKEN_TPS = 200;
const QUOTAS: Record<string, number> = {
  TagResource: TAG_TPS,
  UntagResource: TAG_TPS,
  ListTagsForResource: TAG_TPS,
  CreateChatToken: CHAT_TOKEN_TPS,
  DeleteMessage: MESSAGING_TPS,
  DisconnectUser: MESSAGING_TPS,
  SendEvent: MESSAGING_TPS,
};

const STATUSES: Record<string, number> = {
  AccessDeniedException: 403,
  PendingVerification: 403,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  ServiceQuotaExceededException: 402,
  ConflictException: 409,
  ThrottlingException: 429,
  ValidationException: 400,
  SerializationException: 400,
  ServiceUnavailable: 503,
};
const UNMODELLED_STATUS = 500;

/** IVS Chat: rest-json, `POST /<Operation>`, exceptions with `message` and what the model adds to it. */
export function chatService(parts: RoomParts & MessagingParts): AwsService {
  return {
    name: 'ivschat',
    signingName: 'ivschat',
    contentType: 'application/json',
    operations: {
      ...roomOperations(parts),
      ...messagingOperations(parts),
      ...tagOperations(schema, (arn, region) => parts.rooms.find(arn, region), aboutRoom),
    },
    errorBody: (error) => ({ message: error.message, ...membersOf(error) }),
    statusOf: (code) => STATUSES[code] ?? UNMODELLED_STATUS,
    quotaOf: (operation) => QUOTAS[operation] ?? ROOM_TPS,
  };
}

/** What the model requires beside the message, also of errors that were asked for. */
function membersOf({ code, details }: AwsError): Record<string, unknown> {
  switch (code) {
    case 'ValidationException':
      return { reason: 'OTHER', ...details };
    case 'ResourceNotFoundException':
    case 'ConflictException':
      return { resourceId: '', resourceType: 'ROOM', ...details };
    case 'ServiceQuotaExceededException':
    case 'ThrottlingException':
      return { resourceId: '', resourceType: 'ROOM', limit: 0, ...details };
    default:
      return {};
  }
}

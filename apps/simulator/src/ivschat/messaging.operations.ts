import { notFound } from '../protocol/aws.error.js';
import { type Operations, operation } from '../protocol/operation.js';
import * as schema from './chat.schema.js';
import type { ChatFloor } from './chat-floor.js';
import type { ChatTokens } from './chat-tokens.js';
import { aboutRoom } from './room.operations.js';
import type { Room, RoomRepository } from './room.repository.js';

export interface MessagingParts {
  rooms: RoomRepository;
  tokens: ChatTokens;
  floor: ChatFloor;
}

/** Tokens for the chat socket, and what a backend does in a room. */
export function messagingOperations({ rooms, tokens, floor }: MessagingParts): Operations {
  const known = (arn: string, region: string): Room => {
    const room = rooms.find(arn, region);
    if (!room) throw notFound(`Room ${arn} does not exist`, aboutRoom(arn));
    return room;
  };
  return {
    CreateChatToken: operation(schema.CreateChatToken, (input, { region }) => {
      const { roomIdentifier, sessionDurationInMinutes, ...grant } = input;
      const issued = tokens.issue({ ...grant, room: known(roomIdentifier, region) }, sessionDurationInMinutes);
      return {
        token: issued.token,
        tokenExpirationTime: new Date(issued.tokenExpiresMs).toISOString(),
        sessionExpirationTime: new Date(issued.sessionExpiresMs).toISOString(),
      };
    }),

    DeleteMessage: operation(schema.DeleteMessage, ({ roomIdentifier, id, reason }, { region }) => ({
      id: floor.deleteMessage(known(roomIdentifier, region).arn, id, reason),
    })),

    DisconnectUser: operation(schema.DisconnectUser, ({ roomIdentifier, userId, reason }, { region }) =>
      floor.disconnectUser(known(roomIdentifier, region).arn, userId, reason),
    ),

    SendEvent: operation(schema.SendEvent, ({ roomIdentifier, eventName, attributes }, { region }) => ({
      id: floor.event(known(roomIdentifier, region).arn, { EventName: eventName, Attributes: attributes }),
    })),
  };
}

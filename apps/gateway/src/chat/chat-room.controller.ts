import { Body, Controller, Delete, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ChatRoom,
  ChatToken,
  CreateChatRoom,
  CreateChatToken,
  type ErrorCode,
  ReadInRegion,
  RoomRef,
} from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { ChatRoomAccessService } from './chat-room-access.service.js';

const AWS: ErrorCode[] = ['FORBIDDEN', 'VALIDATION_FAILED', 'AWS_REFUSED', 'AWS_BUSY'];
const WITH_BODY: ErrorCode[] = [...AWS, 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'];
const REFERENCE = '`room` is the room’s id, in `region`, or its ARN percent-encoded.';

/** Rooms as AWS has them: `createChatRoom`, `deleteChatRoom` and `mintChatToken` of the Flutter package. */
@Controller('v1/chat-rooms')
export class ChatRoomController {
  constructor(private readonly rooms: ChatRoomAccessService) {}

  @Post()
  @Route({
    summary: 'Creates a chat room outside any session',
    idempotent: { again: 'answer' },
    description:
      'For API keys and host tokens. Whoever sees a stage in the lobby of the same maker whose tag `demoChatRoomArn` leads here may chat.',
    status: 201,
    answer: ChatRoom,
    errors: WITH_BODY,
  })
  createChatRoom(@Caller() caller: Principal, @Body({ schema: CreateChatRoom }) body: CreateChatRoom) {
    return this.rooms.create(caller, body);
  }

  @Delete(':room')
  @HttpCode(204)
  @Route({
    summary: 'Deletes a chat room',
    description: `${REFERENCE} Who is in it stays connected, as IVS Chat has it. The room of a session ends with it.`,
    status: 204,
    errors: [...AWS, 'NOT_FOUND', 'CONFLICT'],
  })
  deleteChatRoom(
    @Caller() caller: Principal,
    @Param('room', { schema: RoomRef }) room: string,
    @Query({ schema: ReadInRegion }) query: ReadInRegion,
  ) {
    return this.rooms.delete(caller, room, query.region);
  }

  @Post(':room/tokens')
  @Route({
    summary: 'A chat token for a room, as IVS Chat answers it',
    idempotent: { again: 'run' },
    description: [
      REFERENCE,
      'With an access token for oneself, with the capabilities of one’s role: `FORBIDDEN` for more.',
      'It connects once, within a minute. For a chat client that renews by itself take the session’s `chat-token`.',
    ].join(' '),
    status: 201,
    answer: ChatToken,
    errors: [...WITH_BODY, 'NOT_FOUND', 'SESSION_ENDED'],
  })
  createChatToken(
    @Caller() caller: Principal,
    @Param('room', { schema: RoomRef }) room: string,
    @Query({ schema: ReadInRegion }) query: ReadInRegion,
    @Body({ schema: CreateChatToken }) body: CreateChatToken,
  ) {
    return this.rooms.mint(caller, room, query.region, body);
  }
}

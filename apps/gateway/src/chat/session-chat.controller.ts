import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ChatToken, CreateSessionChatToken, PathId } from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { SessionChatService } from './session-chat.service.js';

@Controller('v1/sessions')
export class SessionChatController {
  constructor(private readonly chat: SessionChatService) {}

  @Post(':id/chat-token')
  @HttpCode(200)
  @Route({
    summary: 'A chat token for oneself, for each connection of a chat client',
    idempotent: { again: 'run' },
    description: [
      'The shape that `amazon-ivs-chat-messaging` wants of its token provider. The token connects once, within a minute;',
      '`tokenExpirationTime` is the chat session’s end nevertheless, since that client reconnects by it.',
      'One may send messages, nothing else. An API key names the `userId`.',
    ].join(' '),
    answer: ChatToken,
    errors: [
      'FORBIDDEN',
      'NOT_FOUND',
      'SESSION_ENDED',
      'VALIDATION_FAILED',
      'UNSUPPORTED_MEDIA_TYPE',
      'PAYLOAD_TOO_LARGE',
      'AWS_REFUSED',
      'AWS_BUSY',
    ],
  })
  createSessionChatToken(
    @Caller() caller: Principal,
    @Param('id', { schema: PathId }) id: string,
    @Body({ schema: CreateSessionChatToken }) body: CreateSessionChatToken,
  ) {
    return this.chat.mint(caller, id, body);
  }
}

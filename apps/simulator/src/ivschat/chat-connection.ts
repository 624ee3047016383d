import type { WebSocket } from 'ws';
import type { Clock } from '#platform/clock';
import { SlidingWindow } from '../protocol/sliding-window.js';
import type { Attendee, ChatFloor } from './chat-floor.js';
import { type ChatAction, type ChatFrame, ChatRefusal, readAction, requestIdOf } from './chat-frame.schema.js';
import type { ChatCapability, ChatGrant } from './chat-tokens.js';

// https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/service-quotas.html
const REQUESTS_PER_SECOND = 10;
const ATTRIBUTE_BYTES = 1_024;
const NORMAL_CLOSURE = 1_000;

/** One client's socket: reads its actions, does or refuses them, and ends with the chat session. */
export class ChatConnection implements Attendee {
  private readonly rate = new SlidingWindow(REQUESTS_PER_SECOND);
  private readonly stopTimer: () => void;
  private readonly leave: () => void;

  constructor(
    private readonly socket: WebSocket,
    private readonly grant: ChatGrant,
    private readonly floor: ChatFloor,
    private readonly clock: Clock,
  ) {
    this.leave = floor.enter(grant.room.arn, this);
    this.stopTimer = clock.setTimeout(() => this.close(), grant.sessionExpiresMs - clock.nowMs());
    socket.on('message', (data) => this.receive(data.toString()));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.gone());
  }

  get userId(): string {
    return this.grant.userId;
  }

  send(frame: ChatFrame): void {
    this.socket.send(JSON.stringify(frame));
  }

  /** AWS documents no close codes. A clean one is the harder reading: its clients do not reconnect after it. */
  close(): void {
    this.socket.close(NORMAL_CLOSURE);
    this.gone();
  }

  private gone(): void {
    this.stopTimer();
    this.leave();
  }

  private receive(text: string): void {
    try {
      if (!this.rate.admit(this.clock.nowMs())) throw new ChatRefusal(429, 'Too many requests');
      this.perform(readAction(text));
    } catch (error) {
      if (!(error instanceof ChatRefusal)) throw error;
      this.send({
        Type: 'ERROR',
        Id: this.floor.newId(),
        RequestId: requestIdOf(text),
        ErrorCode: error.code,
        ErrorMessage: error.message,
      });
    }
  }

  private perform(action: ChatAction): void {
    const { arn } = this.grant.room;
    this.demand(action.Action);
    switch (action.Action) {
      case 'SEND_MESSAGE':
        this.say(action);
        return;
      case 'DELETE_MESSAGE':
        this.floor.deleteMessage(arn, action.Id, action.Reason, action.RequestId);
        return;
      case 'DISCONNECT_USER':
        this.floor.disconnectUser(arn, action.UserId, action.Reason, action.RequestId);
        return;
    }
  }

  private say({ Content, RequestId = '', Attributes = {} }: Extract<ChatAction, { Action: 'SEND_MESSAGE' }>): void {
    const { room, userId, attributes } = this.grant;
    if ([...Content].length > room.maximumMessageLength) throw new ChatRefusal(413, 'Message too long');
    const attributeBytes = Buffer.byteLength(Object.entries(Attributes).flat().join(''));
    if (attributeBytes > ATTRIBUTE_BYTES) throw new ChatRefusal(413, 'Attributes too large');
    if (!this.floor.admitMessage(room)) throw new ChatRefusal(429, 'Too many messages in the room');
    const Sender = { UserId: userId, Attributes: attributes };
    this.floor.message(room.arn, { RequestId, Content, Attributes, Sender });
  }

  private demand(capability: ChatCapability): void {
    if (!this.grant.capabilities.includes(capability)) throw new ChatRefusal(403, `${capability} is not allowed`);
  }
}

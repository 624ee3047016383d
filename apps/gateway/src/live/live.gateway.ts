import { Inject } from '@nestjs/common';
import {
  Ack as AckParameter,
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  type OnGatewayInit,
  SubscribeMessage,
} from '@nestjs/websockets';
import {
  type Ack,
  type LiveClientEvents,
  RenewToken,
  type Subscribed,
  SubscribeTopic,
  UnsubscribeTopic,
} from '#contracts';
import { Clock, LOGGER, type Logger } from '#platform';
import type { IoNamespace, IoSocket, LiveSocket } from './live.socket.js';
import { messageGate } from './message-gate.js';
import { SocketAdmission } from './socket-admission.service.js';
import { SocketGateway } from './socket-gateway.decorator.js';
import { Subscriptions } from './subscription.service.js';
import { TokenLifetimes } from './token-lifetime.service.js';
import { TokenRenewal } from './token-renewal.service.js';

const MESSAGES: Record<keyof LiveClientEvents, true> = {
  'topic.subscribe': true,
  'topic.unsubscribe': true,
  'token.renew': true,
};
const NAMES: ReadonlySet<string> = new Set(Object.keys(MESSAGES));

type AckOf<T> = ((answer: Ack<T>) => void) | undefined;

/** The namespace /live: what clients follow. */
@SocketGateway('/live')
export class LiveGateway implements OnGatewayInit<IoNamespace>, OnGatewayConnection<IoSocket> {
  constructor(
    private readonly admission: SocketAdmission,
    private readonly subscriptions: Subscriptions,
    private readonly lifetimes: TokenLifetimes,
    private readonly renewal: TokenRenewal,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  afterInit(namespace: IoNamespace): void {
    namespace.use(this.admission.admit);
  }

  handleConnection(socket: IoSocket): void {
    const { live } = socket.data;
    socket.use(messageGate(live, NAMES, this.clock));
    socket.once('disconnect', (reason) => this.left(live, reason));
    this.lifetimes.watch(live);
    this.logger.debug({ ...describe(live), userId: live.userId }, 'a socket connected');
  }

  @SubscribeMessage('topic.subscribe')
  async subscribe(
    @ConnectedSocket() socket: IoSocket,
    @MessageBody({ schema: SubscribeTopic }) request: SubscribeTopic,
    @AckParameter() ack: AckOf<Subscribed>,
  ): Promise<void> {
    await this.subscriptions.subscribe(socket.data.live, request, (answer) => ack?.(answer));
  }

  @SubscribeMessage('topic.unsubscribe')
  async unsubscribe(
    @ConnectedSocket() socket: IoSocket,
    @MessageBody({ schema: UnsubscribeTopic }) { topic }: UnsubscribeTopic,
  ): Promise<Ack<Record<string, never>>> {
    await this.subscriptions.unsubscribe(socket.data.live, topic);
    return { ok: true, data: {} };
  }

  @SubscribeMessage('token.renew')
  async renew(
    @ConnectedSocket() socket: IoSocket,
    @MessageBody({ schema: RenewToken }) { token }: RenewToken,
  ): Promise<Ack<{ expiresAt: string }>> {
    return { ok: true, data: await this.renewal.renew(socket.data.live, token) };
  }

  private left(live: LiveSocket, reason: string): void {
    live.isClosed = true;
    this.admission.leave(live);
    this.lifetimes.forget(live);
    this.subscriptions.leaveAll(live);
    this.logger.debug({ ...describe(live), reason }, 'a socket is gone');
  }
}

const describe = (live: LiveSocket) => ({ socketId: live.id, correlationId: live.correlationId });

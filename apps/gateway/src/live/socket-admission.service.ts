import { Inject, Injectable } from '@nestjs/common';
import { AppError, Authenticator, Ids, LOGGER, type Logger, type Principal } from '#platform';
import { toAppError } from '../errors/problem.js';
import { correlationIdFrom } from '../http/correlation.policy.js';
import { connectError } from './ack.js';
import { EventEncoder } from './event.encoder.js';
import { type IoSocket, LiveSocket } from './live.socket.js';
import { SocketRegistry } from './socket.registry.js';

/** Decides who may connect. A refusal reaches the client as `connect_error` with `err.data.code`. */
@Injectable()
export class SocketAdmission {
  private isDraining = false;
  private readonly encoders = new Map<string, EventEncoder>();

  constructor(
    private readonly authenticator: Authenticator,
    private readonly registry: SocketRegistry,
    private readonly ids: Ids,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** From now on nobody is let in: the process goes away. */
  drain(): void {
    this.isDraining = true;
  }

  /** A Socket.IO middleware for connections. */
  readonly admit = (socket: IoSocket, next: (error?: Error) => void): void => {
    this.enter(socket).then(
      () => next(),
      (thrown: unknown) => next(this.refuse(socket, thrown)),
    );
  };

  leave(live: LiveSocket): void {
    this.registry.remove(live);
  }

  private async enter(socket: IoSocket): Promise<void> {
    if (this.isDraining) throw new AppError('UNAVAILABLE', 'This gateway is going away; connect again.');
    const principal = await this.authenticate(socket);
    const correlationId = correlationIdFrom(socket.handshake.headers) ?? this.ids.ordered();
    const live = new LiveSocket(socket, principal, correlationId, this.encoderOf(socket.nsp.name));
    this.registry.add(live);
    // Also when it goes away before it is connected.
    socket.conn.once('close', () => this.registry.remove(live));
    if (socket.conn.readyState !== 'open') this.registry.remove(live);
    socket.data.live = live;
  }

  private async authenticate(socket: IoSocket): Promise<Principal> {
    const { token } = socket.handshake.auth as { token?: unknown };
    if (typeof token !== 'string' || token === '') {
      throw new AppError('UNAUTHENTICATED', 'Send the access token as `auth: { token }`.');
    }
    return this.authenticator.authenticate(token);
  }

  private encoderOf(namespace: string): EventEncoder {
    const encoder = this.encoders.get(namespace) ?? new EventEncoder(namespace);
    this.encoders.set(namespace, encoder);
    return encoder;
  }

  private refuse(socket: IoSocket, thrown: unknown): Error {
    const error = toAppError(thrown);
    if (error.code === 'INTERNAL') {
      this.logger.error({ err: error.cause ?? error, socketId: socket.id }, 'a socket could not be admitted');
    }
    // After a connect_error Socket.IO's clients stay away until they are told; after a closed transport they come back.
    if (error.code === 'UNAVAILABLE') socket.conn.close();
    return connectError(error);
  }
}

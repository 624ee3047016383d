import type { Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import type { Server, ServerOptions } from 'socket.io';
import { AppError, type Config } from '#platform';
import { connectError } from './ack.js';
import { SOCKET_LIMITS } from './socket.limits.js';

// By then everyone has been told and closed (SocketDrain); who is left does not listen.
const CLOSING_MS = 500;

/** Socket.IO as we run it: WebSocket only, no compression, small messages, and no namespace but our own. */
export class SocketAdapter extends IoAdapter {
  private readonly connections = new Set<Duplex>();

  constructor(
    app: INestApplicationContext,
    private readonly config: Config,
  ) {
    super(app);
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    const origins = this.config.env.CORS_ORIGINS;
    const server: Server = super.createIOServer(port, {
      ...options,
      // Polling would need sticky sessions at the load balancer.
      transports: ['websocket'],
      // Compression costs 300 KB a socket and would forbid writing one prepared buffer to all of them.
      perMessageDeflate: false,
      maxHttpBufferSize: SOCKET_LIMITS.messageBytes,
      connectTimeout: SOCKET_LIMITS.connectTimeoutMs,
      // The console page loads the client from here.
      serveClient: true,
      cors: { origin: origins.includes('*') ? '*' : origins },
      cleanupEmptyChildNamespaces: true,
    } as ServerOptions);
    refuseOtherNamespaces(server);
    this.watch(server.httpServer as HttpServer);
    return server;
  }

  /** A client that does not answer the closing handshake would hold the HTTP server open for half a minute. */
  override async close(server: Server): Promise<void> {
    const timer = setTimeout(() => {
      for (const connection of this.connections) connection.destroy();
    }, CLOSING_MS);
    await super.close(server);
    clearTimeout(timer);
  }

  private watch(http: HttpServer): void {
    http.on('upgrade', (_request, connection: Duplex) => {
      this.connections.add(connection);
      connection.once('close', () => this.connections.delete(connection));
    });
  }
}

/** Socket.IO's own refusal carries no code, and its default namespace lets everyone in. */
function refuseOtherNamespaces(server: Server): void {
  const refuse = (_socket: unknown, next: (error: Error) => void) => {
    next(connectError(new AppError('NOT_FOUND', 'There is no such namespace.')));
  };
  server.use(refuse);
  // A function, not an expression: Socket.IO would make our own namespaces children of what an expression matches.
  server.of((_name, _auth, next) => next(null, true)).use(refuse);
}

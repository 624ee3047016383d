import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '#platform/clock';
import { ChatConnection } from './chat-connection.js';
import type { ChatFloor } from './chat-floor.js';
import type { ChatTokens } from './chat-tokens.js';

// Far above any valid frame (500 characters and 1 KB of attributes); a longer one closes the connection.
const FRAME_BYTES = 65_536;

export interface ChatSocketParts {
  tokens: ChatTokens;
  floor: ChatFloor;
  clock: Clock;
}

/**
 * `wss://edge.ivschat.<region>.amazonaws.com` on the simulator's port, any path: the token is the only subprotocol, is
 * echoed as the protocol demands, and tells region, room and user.
 */
export function serveChatSocket(server: Server, { tokens, floor, clock }: ChatSocketParts): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES, handleProtocols: firstOf });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const grant = tokens.redeem(String(request.headers['sec-websocket-protocol'] ?? '').trim());
    if (!grant) return refuse(socket);
    sockets.handleUpgrade(request, socket, head, (open: WebSocket) => new ChatConnection(open, grant, floor, clock));
  });
  return {
    close: () => {
      for (const client of sockets.clients) client.terminate();
    },
  };
}

const firstOf = (protocols: Set<string>) => [...protocols][0] ?? false;

/** What AWS answers to a bad token is not documented; a refused upgrade is what the client retries with a fresh one. */
function refuse(socket: Duplex): void {
  socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
}

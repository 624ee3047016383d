import type { Socket as TcpSocket } from 'node:net';
import type { Socket } from 'socket.io';
import type { Encoded } from './event.encoder.js';

// A phone on a bad line takes this in a few seconds; who is further behind is better served by the log than by a queue
// in our memory.
export const BACKLOG_BYTES = 1_048_576;
// The same for answers, whose sizes are not counted: far more than a client that reads ever has waiting.
const BACKLOG_PACKETS = 1_000;

/** The parts of Engine.IO and ws that are looked at. They are not typed as public, so nothing is taken for granted. */
interface EngineSocket {
  readyState: string;
  upgrading?: boolean;
  writeBuffer?: { data?: unknown }[];
  transport: {
    name: string;
    writable: boolean;
    perMessageDeflate?: unknown;
    socket?: { _socket?: TcpSocket | null; bufferedAmount?: number; terminate?: () => void };
  };
  write(data: string, options: object): void;
}

/**
 * Writes prepared events to one socket. An idle WebSocket gets them straight on its TCP socket: that is the order in
 * which ws itself writes when nothing is compressed, so nothing is overtaken. Whenever something waits in Engine.IO
 * (an acknowledgement, a slow client), or the transport is another, they queue behind it on Socket.IO's own path.
 */
export class SocketWriter {
  private readonly engine: EngineSocket;
  private queuedBytes = 0;

  constructor(socket: Socket) {
    this.engine = socket.conn as unknown as EngineSocket;
  }

  /** @returns false when the socket was too far behind and has been cut off */
  write(encoded: Encoded): boolean {
    const { engine } = this;
    if (engine.readyState !== 'open') return true;
    const tcp = this.idleTcp();
    if (tcp) {
      if (tcp.writableLength + encoded.frames.length > BACKLOG_BYTES) return this.cutOff();
      tcp.write(encoded.frames);
      return true;
    }
    if (this.backlog() + encoded.frames.length > BACKLOG_BYTES) return this.cutOff();
    this.queuedBytes += encoded.frames.length;
    for (const packet of encoded.packets) engine.write(packet, { compress: false });
    return true;
  }

  /** Only if nothing waits: what is volatile is worth nothing later. */
  writeVolatile(encoded: Encoded): void {
    const tcp = this.engine.readyState === 'open' ? this.idleTcp() : undefined;
    if (tcp && tcp.writableLength === 0) tcp.write(encoded.frames);
  }

  isTooFarBehind(): boolean {
    return this.backlog() > BACKLOG_BYTES || (this.engine.writeBuffer?.length ?? 0) > BACKLOG_PACKETS;
  }

  /** Ends the connection without waiting for the client to take what is queued. */
  cutOff(): false {
    const { socket } = this.engine.transport;
    if (socket?.terminate) socket.terminate();
    else (this.engine as unknown as { close(discard: boolean): void }).close(true);
    return false;
  }

  private idleTcp(): TcpSocket | undefined {
    const { transport, writeBuffer, upgrading } = this.engine;
    if (transport.name !== 'websocket' || !transport.writable || upgrading || transport.perMessageDeflate)
      return undefined;
    if (writeBuffer?.length !== 0) return undefined;
    const tcp = transport.socket?._socket;
    return tcp?.writable ? tcp : undefined;
  }

  /** Bytes that the client has not taken yet, without answers that wait in Engine.IO. */
  private backlog(): number {
    const { transport, writeBuffer } = this.engine;
    // Engine.IO hands over its whole queue at once.
    if (!writeBuffer || writeBuffer.length === 0) this.queuedBytes = 0;
    return this.queuedBytes + (transport.socket?.bufferedAmount ?? 0);
  }
}

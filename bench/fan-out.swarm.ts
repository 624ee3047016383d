// The other end of bench/fan-out: many WebSockets that only count what arrives, in a process of their own, so that the
// server's CPU time is the server's alone. Raw TCP: a real client would cost more than the server that is measured.
import { connect, type Socket } from 'node:net';

const TEXT_FRAME = 0x81;

export interface SwarmOrder {
  port: number;
  namespace: string;
  sockets: number;
}
export type SwarmNews = { kind: 'connected' } | { kind: 'count'; frames: number };

const upgrade = (port: number) =>
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
  'Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** A client's frame: masked, with a mask of zeros. */
function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([TEXT_FRAME, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** Counts WebSocket frames of Socket.IO events in a byte stream. */
class FrameCounter {
  private rest: Buffer = Buffer.alloc(0);

  /** @returns the packets' first bytes after `4` (message), one string a frame */
  feed(chunk: Buffer, onFrame: (head: string) => void): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const frame = this.next();
      if (!frame) return;
      onFrame(frame);
    }
  }

  private next(): string | undefined {
    const { rest } = this;
    if (rest.length < 4) return undefined;
    const short = (rest[1] ?? 0) & 0x7f;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (rest.length < header) return undefined;
    const length = short < 126 ? short : short === 126 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    if (rest.length < header + length) return undefined;
    this.rest = rest.subarray(header + length);
    return rest.toString('latin1', header, header + Math.min(2, length));
  }
}

let frames = 0;

function open({ port, namespace }: SwarmOrder): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(upgrade(port)));
    const counter = new FrameCounter();
    let isUpgraded = false;
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      let bytes = chunk;
      if (!isUpgraded) {
        const end = chunk.indexOf('\r\n\r\n');
        if (end < 0) return;
        isUpgraded = true;
        bytes = chunk.subarray(end + 4);
      }
      counter.feed(bytes, (head) => {
        if (head.startsWith('0')) socket.write(clientFrame(`40${namespace},`));
        else if (head === '40') resolve(socket);
        else if (head === '42') frames++;
        else if (head.startsWith('2')) socket.write(clientFrame('3'));
      });
    });
  });
}

const tell = (news: SwarmNews) => process.send?.(news);

process.on('message', async (order: SwarmOrder | 'count' | 'close') => {
  if (order === 'close') process.exit(0);
  if (order === 'count') {
    tell({ kind: 'count', frames });
    return;
  }
  for (let i = 0; i < order.sockets; i += 50) {
    await Promise.all(Array.from({ length: Math.min(50, order.sockets - i) }, () => open(order)));
  }
  tell({ kind: 'connected' });
});

import { connect, type Socket } from 'node:net';

// A Socket.IO client in as little CPU as possible: many of them in one process must not cost more than the server that is
// measured. It speaks what Engine.IO 4 and Socket.IO 5 prescribe over one WebSocket, and no more.
const TEXT_FRAME = 0x81;
const MASKED = 0x80;
const LENGTH_16 = 126;

const upgrade = (port: number) =>
  `GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\n` +
  'Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';

/** A client's frame: masked, with a mask of zeros. */
function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < LENGTH_16
      ? Buffer.from([TEXT_FRAME, MASKED | payload.length, 0, 0, 0, 0])
      : Buffer.from([TEXT_FRAME, MASKED | LENGTH_16, payload.length >> 8, payload.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([head, payload]);
}

export interface RawClientOptions {
  port: number;
  namespace: string;
  /** The `auth` of the connection. */
  auth?: object;
  /** Called with every Socket.IO packet of the namespace, as text from its type on: `2` event, `3` acknowledgement. */
  onPacket(packet: string, client: RawClient): void;
}

export class RawClient {
  private rest: Buffer = Buffer.alloc(0);
  private isUpgraded = false;
  private readonly socket: Socket;
  private connected!: (client: RawClient) => void;
  readonly ready: Promise<RawClient>;

  constructor(private readonly options: RawClientOptions) {
    this.socket = connect(options.port, '127.0.0.1', () => this.socket.write(upgrade(options.port)));
    this.ready = new Promise((resolve, reject) => {
      this.connected = resolve;
      this.socket.once('error', reject);
    });
    this.socket.on('data', (chunk) => this.take(chunk));
  }

  /** Sends an event that wants an acknowledgement under `id`. */
  emit(id: number, name: string, data: object): void {
    this.socket.write(clientFrame(`42${this.options.namespace},${id}${JSON.stringify([name, data])}`));
  }

  close(): void {
    this.socket.destroy();
  }

  private take(chunk: Buffer): void {
    this.rest = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    if (!this.isUpgraded) {
      const end = this.rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.isUpgraded = true;
      this.rest = this.rest.subarray(end + 4);
    }
    for (let text = this.next(); text !== undefined; text = this.next()) this.receive(text);
  }

  private receive(text: string): void {
    const { namespace, auth = {} } = this.options;
    if (text.startsWith('0')) this.socket.write(clientFrame(`40${namespace},${JSON.stringify(auth)}`));
    else if (text.startsWith('2')) this.socket.write(clientFrame('3'));
    else if (text.startsWith('40')) this.connected(this);
    else if (text.startsWith('4')) this.options.onPacket(text.slice(1), this);
  }

  private next(): string | undefined {
    const { rest } = this;
    if (rest.length < 2) return undefined;
    const short = (rest[1] ?? 0) & 0x7f;
    const header = short < LENGTH_16 ? 2 : short === LENGTH_16 ? 4 : 10;
    if (rest.length < header) return undefined;
    const length =
      short < LENGTH_16 ? short : short === LENGTH_16 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    if (rest.length < header + length) return undefined;
    this.rest = rest.subarray(header + length);
    return rest.toString('latin1', header, header + length);
  }
}

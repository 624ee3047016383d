import type { AudienceNotice, BatchEncoder, EventBatch } from '#live';
import { textFrame } from './frame.js';

/** The same messages in the two forms that a socket may need. */
export interface Encoded {
  /** Socket.IO packets, for Socket.IO's own path. */
  readonly packets: readonly string[];
  /** All of them as WebSocket frames in one buffer, for the TCP socket itself. */
  readonly frames: Buffer;
}

// Engine.IO protocol 4: a message; Socket.IO protocol 5: an event.
const MESSAGE = '4';
const EVENT = '2';

/** Encodes what goes to many sockets of a namespace, once. Our data is plain JSON: there are no binary attachments. */
export class EventEncoder implements BatchEncoder<Encoded> {
  private readonly notices = new WeakMap<AudienceNotice, Encoded>();

  constructor(private readonly namespace: string) {}

  encode(batch: EventBatch): Encoded {
    return this.encoded(batch.events.map((event) => this.packet('event', event)));
  }

  audience(notice: AudienceNotice): Encoded {
    const known = this.notices.get(notice);
    if (known) return known;
    const encoded = this.encoded([this.packet('audience', notice)]);
    this.notices.set(notice, encoded);
    return encoded;
  }

  private packet(name: string, data: object): string {
    return `${EVENT}${this.namespace},${JSON.stringify([name, data])}`;
  }

  private encoded(packets: string[]): Encoded {
    return { packets, frames: Buffer.concat(packets.map((packet) => textFrame(MESSAGE + packet))) };
  }
}

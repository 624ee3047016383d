import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { LiveSocket } from './live.socket.js';
import { SocketRegistry } from './socket.registry.js';
import { SocketAdmission } from './socket-admission.service.js';

// A whole drain has 10 s. Within these two the clients come back to the other gateways one after the other.
const SLICES = 20;
const SLICE_MS = 100;
// Fewer come back all at once without anybody noticing.
const AT_ONCE = 100;

/** When the process goes away: nobody is let in, everyone is told `server.draining` and closed, so that they reconnect. */
@Injectable()
export class SocketDrain implements BeforeApplicationShutdown {
  constructor(
    private readonly admission: SocketAdmission,
    private readonly registry: SocketRegistry,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.admission.drain();
    const sockets = this.registry.all;
    for (const live of sockets) live.socket.emit('server.draining');
    const size = sockets.length <= AT_ONCE ? AT_ONCE : Math.ceil(sockets.length / SLICES);
    for (let from = 0; from < sockets.length; from += size) {
      // Real time: the process's own end does not wait for a show's clock.
      if (from > 0) await new Promise((resolve) => setTimeout(resolve, SLICE_MS));
      closeAll(sockets.slice(from, from + size));
    }
  }
}

function closeAll(sockets: LiveSocket[]): void {
  for (const live of sockets) live.drop();
}

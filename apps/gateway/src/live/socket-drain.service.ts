import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { SocketRegistry } from './socket.registry.js';
import { SocketAdmission } from './socket-admission.service.js';

// A whole drain has 10 s. Within these two the clients come back to the other gateways one after the other.
const SLICES = 20;
const SLICE_MS = 100;
// A client on a bad line takes what is queued in this time, or is cut off.
const GRACE_MS = 1_000;
const STEP_MS = 20;
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
      for (const live of sockets.slice(from, from + size)) live.drop();
    }
    await this.untilGone();
    for (const live of this.registry.all) live.cutOff();
  }

  private async untilGone(): Promise<void> {
    for (let waitedMs = 0; waitedMs < GRACE_MS && this.registry.size > 0; waitedMs += STEP_MS) {
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }
}

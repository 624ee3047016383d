import type { Logger } from 'pino';
import type { BusListener, BusMessage } from './bus.js';

/** Who listens to which channel in this process; what both buses have in common. */
export class BusListeners {
  private readonly byChannel = new Map<string, Set<BusListener>>();
  private readonly reconnect = new Set<() => void>();

  constructor(private readonly logger: Logger) {}

  get channels(): string[] {
    return [...this.byChannel.keys()];
  }

  has(channel: string): boolean {
    return this.byChannel.has(channel);
  }

  /** @returns whether it is the channel's first */
  add(channel: string, listener: BusListener): boolean {
    const listeners = this.byChannel.get(channel);
    if (listeners) listeners.add(listener);
    else this.byChannel.set(channel, new Set([listener]));
    return !listeners;
  }

  /** @returns whether it was the channel's last */
  remove(channel: string, listener: BusListener): boolean {
    const listeners = this.byChannel.get(channel);
    if (!listeners?.delete(listener) || listeners.size > 0) return false;
    return this.byChannel.delete(channel);
  }

  onReconnect(listener: () => void): void {
    this.reconnect.add(listener);
  }

  deliver(message: BusMessage): void {
    for (const listener of this.byChannel.get(message.channel) ?? []) this.guard(() => listener(message));
  }

  reconnected(): void {
    for (const listener of this.reconnect) this.guard(listener);
  }

  /** One listener's error must not keep a message from the others, nor end the connection. */
  private guard(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.logger.error({ err: error }, 'a listener of the bus failed');
    }
  }
}

/**
 * What tells other processes at once that something happened. It may lose anything: whoever listens must be able to find
 * out otherwise (the live log is read again, revocations are looked up), so nothing is only on the bus.
 */
export interface BusMessage {
  channel: string;
  /** The number that the channel reached; 0 on channels without numbers. */
  seq: number;
  /** Redis carries the message itself; on Postgres a notification is only a doorbell. */
  payload?: string;
}

export type BusListener = (message: BusMessage) => void;

export abstract class Bus {
  /** Never throws and never waits for delivery. */
  abstract publish(message: BusMessage): void;
  /** Resolves when messages published from now on will arrive; the answer unsubscribes. */
  abstract subscribe(channel: string, listener: BusListener): Promise<() => void>;
  /** Called after the connection was lost and is back: anything may have been missed. */
  abstract onReconnect(listener: () => void): void;
  /** Resolves when what is published now can leave. May wait as long as the connection is away. */
  abstract ping(): Promise<void>;
  abstract close(): Promise<void>;
}

import type { EventBatch } from './event-batch.js';

/** One subscriber of a topic: a socket, seen from the feed. Nothing here may throw or wait. */
export interface FeedMember {
  /** Puts the events on the wire, after everything that was put there before. */
  deliver(batch: EventBatch): void;
  /** Unnumbered and worth nothing later: dropped when the socket is busy. */
  tellAudience(batch: AudienceNotice): void;
  /** Its numbers may be wrong: close the transport, so that the client comes back, says what it has and is put right. */
  drop(reason: string): void;
}

/** One object for all sockets of a topic, so that it is encoded once. */
export interface AudienceNotice {
  readonly topic: string;
  readonly watching: number;
}

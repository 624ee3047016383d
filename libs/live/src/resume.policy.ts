import type { LiveEvent, SnapshotReason } from '#contracts';

/** The most events that one answer carries; beyond it a snapshot is smaller and sooner applied. */
export const REPLAY_LIMIT = 1_000;

/** What a client says it has. */
export interface Position {
  epoch?: string;
  /** Its last number. */
  after: number;
  /** The time of the event with that number. */
  at?: string;
}

/** A piece of a topic's log and where the log stands, read in one statement. */
export interface LogSlice {
  epoch: string;
  seq: number;
  trimmedTo: number;
  /** Oldest first and without holes; up to `seq`. */
  events: LiveEvent[];
}

/**
 * Decides whether a client can have exactly what it missed. Numbers are trusted only if they are of the same history: the
 * epoch is ours, the number is not beyond the head, and the event under it has the time that the client saw.
 */
export function resumeFrom(slice: LogSlice, position: Position): LiveEvent[] | SnapshotReason {
  const { after, epoch, at } = position;
  if (epoch !== undefined && epoch !== slice.epoch) return 'epoch';
  if (after > slice.seq) return 'epoch';
  if (after < slice.trimmedTo) return 'retention';
  if (slice.seq - after > REPLAY_LIMIT) return 'too_many';
  if (at !== undefined && after > 0) {
    const own = slice.events.find((event) => event.seq === after);
    // The event itself is gone, so nothing can prove that it was this one.
    if (!own) return 'retention';
    if (Date.parse(own.at) !== Date.parse(at)) return 'epoch';
  }
  const missed = slice.events.filter((event) => event.seq > after && event.seq <= slice.seq);
  // Rows went without `trimmed_to` knowing, by somebody's own hand: a hole must never look like an answer.
  return missed.length === slice.seq - after ? missed : 'retention';
}

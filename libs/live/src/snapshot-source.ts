import type { TopicSnapshot } from '#contracts';

type WithoutStamp<T> = T extends unknown ? Omit<T, 'epoch' | 'seq'> : never;
/** A snapshot before it is stamped with epoch and number. */
export type SnapshotState = WithoutStamp<TopicSnapshot>;

/** Where the snapshots of some topics come from. */
export interface SnapshotSource {
  matches(topic: string): boolean;
  /**
   * An SQL expression of type jsonb, evaluated in the same statement that reads the topic's number, so both are of one
   * moment. `$1` is the topic's name (text); there are no other parameters. NULL: there is no such thing.
   */
  readonly sql: string;
  /** Maps the parsed json to the snapshot's fields. */
  toSnapshot(json: unknown, topic: string): SnapshotState;
}

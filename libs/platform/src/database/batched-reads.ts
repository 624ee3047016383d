import { Rounds } from './rounds.js';

interface Waiting<Value> {
  answer: Promise<Value | undefined>;
  resolve(value: Value | undefined): void;
  reject(error: unknown): void;
}

// Rows of a few hundred bytes: still one answer of some milliseconds.
const BATCH = 500;

/**
 * Reads by key, in rounds: in a rush that is one query for many. No cache: every answer was read after it was asked for.
 */
export class BatchedReads<Value> {
  private readonly waiting = new Map<string, Waiting<Value>>();
  private readonly rounds = new Rounds(
    () => this.waiting.size > 0,
    () => this.readBatch(),
  );

  /** @param read those of the keys that there are; what it finds is handed to all who asked, so they must not change it */
  constructor(private readonly read: (keys: string[]) => Promise<Map<string, Value>>) {}

  /** @returns undefined when there is none */
  get(key: string): Promise<Value | undefined> {
    // No text of Postgres holds a NUL, and it would fail the query for the others.
    if (key.includes('\0')) return Promise.resolve(undefined);
    const { answer } = this.waiting.get(key) ?? this.ask(key);
    this.rounds.wake();
    return answer;
  }

  private ask(key: string): Waiting<Value> {
    const { promise, resolve, reject } = withResolvers<Value | undefined>();
    const asked = { answer: promise, resolve, reject };
    this.waiting.set(key, asked);
    return asked;
  }

  private async readBatch(): Promise<void> {
    const batch = [...this.waiting].slice(0, BATCH);
    for (const [key] of batch) this.waiting.delete(key);
    try {
      const found = await this.read(batch.map(([key]) => key));
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const [, { reject }] of batch) reject(error);
    }
  }
}

/** Promise.withResolvers of newer Nodes. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}

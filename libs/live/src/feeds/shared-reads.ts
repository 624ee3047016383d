import type { SnapshotReason, Subscribed, TopicSnapshot } from '#contracts';
import type { LogReader } from '../log-reader.js';
import { type Position, resumeFrom } from '../resume.policy.js';

interface Request {
  position: Partial<Position>;
  resolve(answer: Subscribed): void;
  reject(error: unknown): void;
}

/**
 * `LogReader.replay` for many at once: per topic one read is under way, and all that ask meanwhile share the next one.
 * A read starts after everyone that it answers has asked, so what it says is never older than the question. Ten thousand
 * subscribers a second are so a few hundred statements.
 */
export class SharedReads {
  private readonly waiting = new Map<string, Request[]>();

  constructor(private readonly reader: LogReader) {}

  /** @throws AppError NOT_FOUND */
  replay(topic: string, position: Partial<Position>): Promise<Subscribed> {
    return new Promise((resolve, reject) => {
      const request = { position, resolve, reject };
      const waiting = this.waiting.get(topic);
      if (waiting) {
        waiting.push(request);
        return;
      }
      this.waiting.set(topic, [request]);
      void this.run(topic);
    });
  }

  private async run(topic: string): Promise<void> {
    // Whoever asks in this turn of the event loop comes along.
    await Promise.resolve();
    for (;;) {
      const requests = this.waiting.get(topic) ?? [];
      if (requests.length === 0) break;
      this.waiting.set(topic, []);
      try {
        await this.answer(topic, requests);
      } catch (error) {
        for (const request of requests) request.reject(error);
      }
    }
    this.waiting.delete(topic);
  }

  private async answer(topic: string, requests: Request[]): Promise<void> {
    const asked = requests.flatMap(({ position }) => position.after ?? []);
    const slice = asked.length > 0 ? await this.reader.slice(topic, Math.min(...asked), 'newest') : undefined;
    let shared: Promise<{ epoch: string; seq: number; snapshot: TopicSnapshot }> | undefined;
    for (const { position, resolve, reject } of requests) {
      let reason: SnapshotReason | undefined;
      if (slice && position.after !== undefined) {
        const resumed = resumeFrom(slice, { ...position, after: position.after });
        if (typeof resumed !== 'string') {
          resolve({ epoch: slice.epoch, seq: slice.seq, events: resumed });
          continue;
        }
        reason = resumed;
      }
      shared ??= this.reader.snapshot(topic);
      shared.then((snapshot) => resolve(reason ? { ...snapshot, reason } : snapshot), reject);
    }
    await shared;
  }
}

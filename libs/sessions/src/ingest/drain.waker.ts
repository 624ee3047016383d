import type { JobQueues } from '#platform';

/**
 * Asks for `session.drain` after events were stored. While an add for a session is on its way, further requests only mark
 * it: a burst of a thousand posts costs a handful of jobs, and none is asked for before its rows are committed.
 */
export class DrainWaker {
  private readonly onTheWay = new Map<string, { again: boolean }>();

  constructor(private readonly jobs: JobQueues) {}

  wake(sessionId: string): void {
    const current = this.onTheWay.get(sessionId);
    if (current) current.again = true;
    else void this.send(sessionId);
  }

  private async send(sessionId: string): Promise<void> {
    const state = { again: false };
    this.onTheWay.set(sessionId, state);
    do {
      state.again = false;
      await this.jobs.wake('session.drain', { sessionId }, { dedupeId: sessionId });
    } while (state.again);
    this.onTheWay.delete(sessionId);
  }
}

import { type Stack, until } from '#testing';
import { type StageEvent, seeded, shuffled } from './burst.factory.js';

const AT_ONCE = 8;
const LARGEST_ARRAY = 25;
// EventBridge goes on for a day.
const PATIENCE_MS = 60_000;

/**
 * Posts events as EventBridge would on a bad day: each twice, in any order, single or in arrays, and again for as long as
 * they are not taken.
 */
export class Poster {
  taken = 0;
  refused = 0;
  readonly done: Promise<void>;
  private readonly posts: StageEvent[][];

  constructor(
    private readonly stack: Stack,
    events: readonly StageEvent[],
    seed = 1,
  ) {
    const random = seeded(seed);
    const doubled = shuffled([...events, ...events], random);
    this.posts = [];
    while (doubled.length > 0) this.posts.push(doubled.splice(0, random(2) === 0 ? 1 : 1 + random(LARGEST_ARRAY)));
    this.done = Promise.all(Array.from({ length: AT_ONCE }, () => this.work())).then(() => undefined);
    // Whoever waits for it later is told then.
    this.done.catch(() => undefined);
  }

  /** Resolves when this share of all posts was taken. */
  async reached(share: number): Promise<void> {
    const total = this.posts.length + this.taken;
    await until(() => this.taken >= total * share, { timeoutMs: PATIENCE_MS, what: `${share} of the posts` });
  }

  private async work(): Promise<void> {
    for (let post = this.posts.shift(); post; post = this.posts.shift()) {
      const body = post.length === 1 ? post[0] : post;
      await until(() => this.isTaken(body), { timeoutMs: PATIENCE_MS, what: 'the ingest to take events' });
      this.taken++;
    }
  }

  private async isTaken(body: unknown): Promise<boolean> {
    const headers = { 'x-stagedoor-key': this.stack.ingestKey };
    const post = this.stack.api.as(undefined).post('/v1/ingest/eventbridge', body, { headers });
    const status = await post.then(
      (answer) => answer.status,
      () => undefined,
    );
    if (status !== 202) this.refused++;
    return status === 202;
  }
}

import { SetMetadata } from '@nestjs/common';

/** How a route answers again under the same `Idempotency-Key`. */
export interface Idempotency {
  /**
   * `answer`: the stored answer. `run`: the answer holds bearer tokens, which are never stored, so the request runs again
   * with what `kept` remembers, and mints tokens of the same participant, device or user.
   */
  again: 'answer' | 'run';
  /** Fields of the answer that a request that runs again is given in its body. */
  kept?: readonly string[];
}

export const IDEMPOTENCY = 'stagedoor:idempotency';

/** Marks a creating route; set by `@Route`. */
export const Idempotent = (idempotency: Idempotency) => SetMetadata(IDEMPOTENCY, idempotency);

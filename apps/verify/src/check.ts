import type { Account } from './account.js';

/** What an account said to one claim. `seen` is what it did, in words, for whoever has to decide what follows. */
export interface Verdict {
  isConfirmed: boolean;
  seen: string;
}

/** One thing that we believe about AWS, and how to ask. */
export interface Check {
  /** `noun.what`, for `--only`. */
  name: string;
  claim: string;
  ask(account: Account): Promise<Verdict>;
}

/** What cannot be asked in this account, or without a device: neither confirmed nor refuted. */
export class Untestable extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Untestable';
  }
}

export const verdict = (isConfirmed: boolean, seen: unknown): Verdict => ({
  isConfirmed,
  seen: typeof seen === 'string' ? seen : JSON.stringify(seen),
});

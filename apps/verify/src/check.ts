import type { Account } from './account.js';
import type { Verdict } from './verdict.js';

/** One thing that we believe about AWS, and how to ask. */
export interface Check {
  /** `noun.what`, for `--only`. */
  name: string;
  claim: string;
  ask(account: Account): Promise<Verdict>;
}

import { ListStagesCommand } from '@aws-sdk/client-ivs-realtime';
import type { Account } from '../account.js';
import { isThrottled } from '../paced.js';
import { refusalOf } from '../refusal.js';

// Six seconds' worth of the quota of 5: a bucket that lets a little more through is empty as well.
const CALLS = 30;

export interface Burst {
  throttled: number;
  /** With which AWS throttled. */
  status: number | undefined;
}

const bursts = new WeakMap<Account, Promise<Burst>>();

/** Reads a list 30 times at once: once a run, whoever asks first. */
export function burst(account: Account): Promise<Burst> {
  const present = bursts.get(account) ?? rush(account);
  bursts.set(account, present);
  return present;
}

async function rush(account: Account): Promise<Burst> {
  const calls = Array.from({ length: CALLS }, () =>
    refusalOf(account.impatient.send(new ListStagesCommand({ maxResults: 1 }))),
  );
  const throttled = (await Promise.all(calls)).filter(isThrottled);
  return { throttled: throttled.length, status: throttled[0]?.$metadata.httpStatusCode };
}

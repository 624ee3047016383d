import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * One key, or a pair while it is rotated. Digests are compared, so that all have one length, and every key is compared
 * whatever an earlier one said: the time tells nothing about the keys.
 */
export class ApiKeys {
  private readonly digests: Buffer[];

  constructor(keys: readonly string[]) {
    this.digests = keys.map(digest);
  }

  includes(candidate: string): boolean {
    const given = digest(candidate);
    return this.digests.map((known) => timingSafeEqual(known, given)).includes(true);
  }
}

import { createHash, randomInt, randomUUID } from 'node:crypto';
import { v5, v7 } from 'uuid';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
// Any fixed UUID does; it only has to stay the same for ever, since recordings are found again by it.
const NAMESPACE = '6f1c2a52-2a0b-4f0e-9a53-0b7c6f2f7d11';

/** The only source of identifiers and randomness, so that tests can replace it. */
export class Ids {
  /** A time-ordered UUID (version 7): sessions, operations, work. */
  ordered(): string {
    return v7();
  }

  uuid(): string {
    return randomUUID();
  }

  /** A UUID (version 5) that is the same for the same name: one row a recording, whatever arrives how often. */
  named(name: string): string {
    return v5(name, NAMESPACE);
  }

  token(length: number, alphabet = ALPHANUMERIC): string {
    return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
  }

  digest(text: string | Uint8Array): string {
    return createHash('sha256').update(text).digest('hex');
  }
}

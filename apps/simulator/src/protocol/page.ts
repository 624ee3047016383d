import { createHash } from 'node:crypto';
import { invalid } from './aws.error.js';

/** What can be listed: `seq` is the order, and stays the same while others come and go. */
export interface Listed {
  seq: number;
}

interface Cursor {
  of: string;
  after: number;
}

/**
 * One page in ascending order of `seq`. The token says where to go on, not how many were seen, so that a list which
 * changes between pages neither repeats nor skips what stays in it.
 * @param of operation and filters; a token of another listing is refused
 */
export function page<T extends Listed>(
  of: string,
  items: T[],
  maxResults: number,
  nextToken: string | undefined,
): { items: T[]; nextToken?: string } {
  const after = nextToken ? readCursor(of, nextToken) : Number.NEGATIVE_INFINITY;
  const rest = items.filter((item) => item.seq > after).sort((a, b) => a.seq - b.seq);
  const items_ = rest.slice(0, maxResults);
  const last = items_.at(-1);
  if (rest.length <= maxResults || !last) return { items: items_ };
  return { items: items_, nextToken: writeCursor({ of, after: last.seq }) };
}

// A digest, since filters could make the token longer than its own 1,024 characters.
const listingKey = (of: string) => createHash('sha256').update(of).digest('base64url');

const writeCursor = ({ of, after }: Cursor) =>
  Buffer.from(JSON.stringify([listingKey(of), after])).toString('base64url');

function readCursor(of: string, token: string): number {
  try {
    const [listing, after] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown[];
    if (listing === listingKey(of) && typeof after === 'number') return after;
  } catch {
    // Anything that is not one of our tokens is refused below.
  }
  throw invalid('Invalid nextToken', 'nextToken');
}

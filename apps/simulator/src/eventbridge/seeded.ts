/**
 * A stream of numbers in [0, 1) that depends on nothing but its keys (mulberry32 over an FNV-1a hash), so that a seed
 * gives the same show again, whatever else the process did.
 */
export function seeded(...keys: (string | number)[]): () => number {
  let state = fnv1a(keys.join('|'));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}

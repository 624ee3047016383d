import type { FieldError } from '#platform';

/**
 * What no schema needs to say again: text that Postgres cannot store (a NUL, half a surrogate pair), names that mean
 * something to JavaScript, and nesting that overflows a stack are refused wherever they stand in what a caller sends.
 */
// Our own shapes are 3 deep; metadata may hold somebody's tree, but not an attack on a recursive function.
const MAX_DEPTH = 32;
// A body of nothing but bad fields must not become an answer many times its size.
export const MAX_ERRORS = 1_000;

const LONE_SURROGATES = /\p{Surrogate}/gu;
const UNSTORABLE = /[\0\p{Surrogate}]/u;

interface Visit {
  value: unknown;
  pointer: string;
  depth: number;
}

/** @param pointer where `root` stands in the request */
export function unfitParts(root: unknown, pointer: string): { errors: FieldError[]; isTooDeep: boolean } {
  let isTooDeep = false;
  const errors: FieldError[] = [];
  const open: Visit[] = [{ value: root, pointer, depth: 0 }];
  for (let visit = open.pop(); visit && errors.length < MAX_ERRORS; visit = open.pop()) {
    const { value, depth } = visit;
    if (typeof value === 'string' && !isStorable(value)) {
      errors.push({ pointer: visit.pointer, detail: 'holds a NUL or half a surrogate pair' });
    }
    if (typeof value !== 'object' || value === null) continue;
    if (depth === MAX_DEPTH) {
      isTooDeep = true;
      errors.push({ pointer: visit.pointer, detail: `nested more than ${MAX_DEPTH} deep` });
      continue;
    }
    for (const [key, child] of Object.entries(value)) {
      const childPointer = `${visit.pointer}/${escapeKey(key)}`;
      if (key === '__proto__') errors.push({ pointer: childPointer, detail: 'is not a name that can be taken' });
      if (!isStorable(key))
        errors.push({ pointer: childPointer, detail: 'the name holds a NUL or half a surrogate pair' });
      open.push({ value: child, pointer: childPointer, depth: depth + 1 });
    }
  }
  return { errors, isTooDeep };
}

/** RFC 6901, section 3; what cannot be text in an answer is replaced. */
export function escapeKey(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1').replace(LONE_SURROGATES, '\ufffd');
}

function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

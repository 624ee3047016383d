import { isDeepStrictEqual } from 'node:util';

/** Without keys that hold undefined: JSON has none, and what comes back from the database must equal what went in. */
export function plain<T extends object>(value: T): T {
  // Most have none; the loop is several times faster than listing the entries, and every participant passes here.
  for (const key in value) {
    if (value[key] === undefined) return withoutUndefined(value);
  }
  return value;
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}

/** JSON with sorted keys: one text for equal values, to order them by. Only for flat objects. */
export function canonical(value: object): string {
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The known object when the new one says the same, so that unchanged means identical. */
export function keep<T extends object>(known: T | undefined, next: T): T {
  return known !== undefined && isDeepStrictEqual(known, next) ? known : next;
}

/** A list sorted by id in which the item takes the place of the one with its id. */
export function placed<T>(list: readonly T[], item: T, idOf: (item: T) => string): T[] {
  const id = idOf(item);
  const rest = list.filter((other) => idOf(other) !== id);
  const at = rest.findIndex((other) => idOf(other) > id);
  rest.splice(at === -1 ? rest.length : at, 0, item);
  return rest;
}

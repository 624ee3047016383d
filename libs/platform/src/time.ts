/** A moment in integer microseconds since 1970 (safe as a number until 2255), and whether it was given finer than a second. */
export interface Moment {
  us: number;
  isPrecise: boolean;
}

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;
const US_PER_MS = 1_000;
const US_PER_SECOND = 1_000_000;
const MS_PER_MINUTE = 60_000;

/**
 * Reads an RFC 3339 time with up to nine fractional digits; missing digits are zeros and what is finer than a microsecond
 * is cut off.
 * @returns undefined for what is not a time, and for times before 1970 or after 2255
 */
export function microsFromRfc3339(text: string): Moment | undefined {
  const match = RFC3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (!isDay(year, month, day) || hour > 23 || minute > 59 || second > 60) return undefined;
  const offsetMinutes = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  const offsetMs = (match[8] === '-' ? -1 : 1) * offsetMinutes * MS_PER_MINUTE;
  const utcMs = Date.UTC(year, month - 1, day, hour, minute, second) - offsetMs;
  const us = utcMs * US_PER_MS + Number((match[7] ?? '').padEnd(6, '0').slice(0, 6));
  return us >= 0 && Number.isSafeInteger(us) ? { us, isPrecise: match[7] !== undefined } : undefined;
}

/** RFC 3339 UTC with milliseconds, as everything on the wire has it. */
export function isoFromMicros(us: number): string {
  return new Date(Math.floor(us / US_PER_MS)).toISOString();
}

/** The second in which a moment lies, counted since 1970. */
export function secondOfMicros(us: number): number {
  return Math.floor(us / US_PER_SECOND);
}

export function microsFromMillis(ms: number): number {
  return Math.floor(ms * US_PER_MS);
}

function isDay(year: number, month: number, day: number): boolean {
  // Day 0 of the next month is the last day of this one. Date.UTC takes years below 100 for 19xx; those are refused anyway.
  return (
    year >= 1_970 && month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
  );
}

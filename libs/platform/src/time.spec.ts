import { isoFromMicros, microsFromMillis, microsFromRfc3339, secondOfMicros } from './time.js';

const SECOND = 1_786_993_478_000_000; // 2026-08-17T19:04:38Z

describe('microsFromRfc3339', () => {
  it.each([
    ['2026-08-17T19:04:38Z', SECOND, false],
    ['2026-08-17T19:04:38.9Z', SECOND + 900_000, true],
    ['2026-08-17T19:04:38.907214Z', SECOND + 907_214, true],
    ['2026-08-17T19:04:38.907214999Z', SECOND + 907_214, true],
    ['2026-08-17T19:04:38.000000000Z', SECOND, true],
    ['2026-08-17T21:04:38+02:00', SECOND, false],
    ['2026-08-17T13:34:38.5-05:30', SECOND + 500_000, true],
    ['2026-08-17t19:04:38z', SECOND, false],
    ['2026-08-17 19:04:38Z', SECOND, false],
    ['2026-08-17T19:03:60Z', SECOND - 38_000_000, false],
    ['1970-01-01T00:00:00Z', 0, false],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000, false],
  ])('reads %s', (text, us, isPrecise) => {
    expect(microsFromRfc3339(text)).toEqual({ us, isPrecise });
  });

  it.each([
    '',
    'yesterday',
    '2026-08-17',
    '2026-08-17T19:04:38',
    '2026-08-17T19:04:38.Z',
    '2026-08-17T19:04:38.1234567890Z',
    '2026-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-01T00:00:00Z',
    '2026-01-32T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '0001-01-01T00:00:00Z',
    '1969-12-31T23:59:59Z',
    '1970-01-01T00:00:00+01:00',
    '2256-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
    ' 2026-08-17T19:04:38Z',
    '2026-08-17T19:04:38Z\n',
  ])('refuses %j', (text) => {
    expect(microsFromRfc3339(text)).toBeUndefined();
  });
});

describe('Microseconds', () => {
  it('are shown to the millisecond, cut off', () => {
    expect(isoFromMicros(SECOND + 907_999)).toBe('2026-08-17T19:04:38.907Z');
    expect(isoFromMicros(0)).toBe('1970-01-01T00:00:00.000Z');
  });

  it('lie in the second that they have begun', () => {
    expect(secondOfMicros(SECOND)).toBe(secondOfMicros(SECOND + 999_999));
    expect(secondOfMicros(SECOND)).not.toBe(secondOfMicros(SECOND - 1));
  });

  it('come from milliseconds as whole numbers', () => {
    expect(microsFromMillis(1.5)).toBe(1_500);
    expect(microsFromMillis(0.0001)).toBe(0);
  });
});

import { type AttemptResult, judge, LONGEST_AGE_MS, MOST_RETRIES, retryAfterMs } from './retry.policy.js';

const LIMITS = { retries: MOST_RETRIES, ageMs: LONGEST_AGE_MS, firstDelayMs: 1_000, longestDelayMs: 480_000 };
const verdictOn = (result: AttemptResult, more: { attempts?: number; nowMs?: number; jitter?: number } = {}) =>
  judge({ result, attempts: 1, firstMs: 0, nowMs: 0, jitter: 0, ...more }, LIMITS);

describe('what follows an attempt', () => {
  it.each([200, 201, 202, 204])('%i: delivered', (status) => {
    expect(verdictOn({ status })).toEqual({ kind: 'delivered' });
  });

  it.each([401, 407, 409, 429, 500, 502, 503, 504, 599])('%i: another try', (status) => {
    expect(verdictOn({ status }).kind).toBe('retry');
  });

  it.each([100, 301, 302, 307, 400, 402, 403, 404, 405, 410, 413, 422])('%i: dropped', (status) => {
    expect(verdictOn({ status })).toEqual({ kind: 'dropped', reason: `status_${status}` });
  });

  it('no answer: another try', () => {
    expect(verdictOn({ error: 'ECONNREFUSED' }).kind).toBe('retry');
  });

  it('doubles the wait up to the longest, and spreads it over its upper half', () => {
    const wait = (attempts: number, jitter: number) => verdictOn({ status: 503 }, { attempts, jitter });
    expect(wait(1, 0)).toEqual({ kind: 'retry', delayMs: 500 });
    expect(wait(1, 1)).toEqual({ kind: 'retry', delayMs: 1_000 });
    expect(wait(4, 1)).toEqual({ kind: 'retry', delayMs: 8_000 });
    expect(wait(100, 1)).toEqual({ kind: 'retry', delayMs: 480_000 });
  });

  it('ends after 185 retries or 24 hours', () => {
    expect(verdictOn({ status: 503 }, { attempts: 185 }).kind).toBe('retry');
    expect(verdictOn({ status: 503 }, { attempts: 186 })).toEqual({ kind: 'dropped', reason: 'retries_exhausted' });
    expect(verdictOn({ status: 503 }, { nowMs: LONGEST_AGE_MS })).toEqual({ kind: 'dropped', reason: 'too_old' });
    expect(verdictOn({ status: 503, retryAfter: '86401' })).toEqual({ kind: 'dropped', reason: 'too_old' });
  });

  it('needs about a day for all its tries', () => {
    let nowMs = 0;
    let attempts = 0;
    for (let next = verdictOn({}, { jitter: 1 }); next.kind === 'retry'; ) {
      attempts += 1;
      nowMs += next.delayMs;
      next = verdictOn({}, { attempts: attempts + 1, nowMs, jitter: 1 });
    }
    expect(nowMs).toBeGreaterThan(LONGEST_AGE_MS * 0.9);
    expect(nowMs).toBeLessThanOrEqual(LONGEST_AGE_MS);
  });

  it.each([
    ['5', 5_000],
    [' 0 ', 0],
    ['Thu, 01 Jan 1970 00:00:30 GMT', 20_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('Retry-After %s at second 10 means %s ms', (header, expected) => {
    expect(retryAfterMs(header, 10_000)).toBe(expected);
  });
});

import { TokenBucket } from './token.bucket.js';

describe('a token bucket', () => {
  let nowMs = 0;
  const take = (bucket: TokenBucket, count: number) =>
    Array.from({ length: count }, () => bucket.take()).filter(Boolean).length;

  it('lets a burst through and then the rate, and never saves up more than the burst', () => {
    const bucket = new TokenBucket(5, 10, () => nowMs);
    expect(take(bucket, 100)).toBe(5);
    nowMs += 200;
    expect(take(bucket, 100)).toBe(2);
    nowMs += 3_600_000;
    expect(take(bucket, 100)).toBe(5);
  });
});

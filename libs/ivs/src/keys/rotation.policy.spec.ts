import { deletableFrom, type KeyTimes, signingKey, signsFrom, stateOf } from './rotation.policy.js';

const MINUTE = 60_000;
const key = (name: string, times: Partial<KeyTimes> = {}) => ({ name, createdAtMs: 0, signsFromMs: 0, ...times });

describe('which key signs', () => {
  it('is none without a key, and while the only one is still new to IVS', () => {
    expect(signingKey([], 0)).toBeUndefined();
    expect(signingKey([key('new', { signsFromMs: MINUTE })], MINUTE - 1)).toBeUndefined();
  });

  it('is the new one from a minute after its import, and the old one until then', () => {
    const keys = [key('old', { signsUntilMs: MINUTE }), key('new', { signsFromMs: MINUTE })];
    expect(signingKey(keys, MINUTE - 1)?.name).toBe('old');
    expect(signingKey(keys, MINUTE)?.name).toBe('new');
  });

  it('is the newest of several, in whatever order they come', () => {
    const keys = [key('newest', { signsFromMs: 20 }), key('oldest'), key('middle', { signsFromMs: 10 })];
    expect(signingKey(keys, 30)?.name).toBe('newest');
  });

  it('is never one that was withdrawn or deleted', () => {
    expect(signingKey([key('withdrawn', { signsUntilMs: 5 }), key('deleted', { deletedAtMs: 5 })], 5)).toBeUndefined();
  });
});

describe('a key just imported', () => {
  it('signs after a minute', () => {
    expect(signsFrom([], 1_000, false)).toBe(1_000 + MINUTE);
  });

  it('signs at once where the simulator has no other, and only there', () => {
    expect(signsFrom([], 1_000, true)).toBe(1_000);
    expect(signsFrom([key('deleted', { deletedAtMs: 500 })], 1_000, true)).toBe(1_000);
    expect(signsFrom([key('present')], 1_000, true)).toBe(1_000 + MINUTE);
  });
});

describe('a retired key', () => {
  it('is deleted when the last token that it signed has expired', () => {
    expect(deletableFrom(key('signing', { tokensUntilMs: 10 }))).toBe(Number.POSITIVE_INFINITY);
    expect(deletableFrom(key('unused', { signsUntilMs: 10 }))).toBe(10);
    expect(deletableFrom(key('used', { signsUntilMs: 10, tokensUntilMs: 99 }))).toBe(99);
    expect(deletableFrom(key('still signing', { signsUntilMs: 99, tokensUntilMs: 10 }))).toBe(99);
  });

  it('is shown as what it is', () => {
    const times = { signsFromMs: 10, signsUntilMs: 20 };
    expect([5, 10, 20].map((nowMs) => stateOf(key('k', times), nowMs))).toEqual(['waiting', 'signing', 'retiring']);
    expect(stateOf(key('k', { deletedAtMs: 1 }), 5)).toBe('deleted');
  });
});

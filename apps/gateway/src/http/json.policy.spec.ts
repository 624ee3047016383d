import fc from 'fast-check';
import { escapeKey, unfitParts } from './json.policy.js';

const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);

describe('what a caller sends', () => {
  it('is fit when it is JSON that Postgres can store', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5, stringUnit: 'grapheme' }), (value) => {
        // JSON.stringify escapes a NUL and half a surrogate pair, and nothing else in that way.
        fc.pre(!/\\u0000|\\ud[89a-f]|__proto__/.test(JSON.stringify(value)));
        expect(unfitParts(value, '')).toEqual({ errors: [], isTooDeep: false });
      }),
    );
  });

  it.each([
    ['a NUL', { a: 'x\0' }, '/a'],
    ['half a surrogate pair', { a: ['\ud800'] }, '/a/0'],
    ['the other half', '\udc00', ''],
    ['a NUL in a name', { 'a\0': 1 }, '/a\0'],
    ['a name that means something to JavaScript', JSON.parse('{"a":{"__proto__":1}}'), '/a/__proto__'],
    ['a name that a pointer must escape', { 'a/b~c': '\0' }, '/a~1b~0c'],
  ])('is told where %s stands', (_, value, pointer) => {
    expect(unfitParts(value, '').errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it('may be 32 deep, and not a million', () => {
    expect(unfitParts(nested(32), '')).toEqual({ errors: [], isTooDeep: false });
    expect(unfitParts(nested(33), '').isTooDeep).toBe(true);
    expect(unfitParts(nested(1_000_000), '').isTooDeep).toBe(true);
  });

  it('gets no more errors than an answer can hold', () => {
    const many = Array.from({ length: 5_000 }, () => '\0');
    expect(unfitParts(many, '').errors).toHaveLength(1_000);
  });

  it('is named in a way that can be answered', () => {
    expect(escapeKey('\ud800')).toBe('\ufffd');
  });
});

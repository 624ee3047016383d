import { readSeed } from './seed.js';

describe('the seed of a rehearsal', () => {
  it('is 1 unless another one is given', () => {
    expect(readSeed([])).toBe(1);
    expect(readSeed(['7'])).toBe(7);
  });

  it.each([['abc'], ['-1'], ['1.5'], [''], ['--seed', '7'], ['99999999999999999999']])('is not %s', (...args) => {
    expect(() => readSeed(args)).toThrow('A seed is a whole number');
  });
});

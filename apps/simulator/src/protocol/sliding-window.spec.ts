import { SlidingWindow } from './sliding-window.js';

const admitted = (tps: number, times: number[]) => {
  const window = new SlidingWindow(tps);
  return times.map((time) => window.admit(time));
};

describe('a rate', () => {
  it('holds in every second, wherever it begins', () => {
    expect(admitted(2, [900, 990, 1_010, 1_901, 1_991])).toEqual([true, true, false, true, true]);
  });

  it('does not count what it refused', () => {
    expect(admitted(1, [0, 500, 999, 1_000])).toEqual([true, false, false, true]);
  });

  it('below one spaces calls out', () => {
    expect(admitted(0.5, [0, 1_500, 2_000])).toEqual([true, false, true]);
  });

  it('of nothing lets nothing through', () => {
    expect(admitted(0, [0, 10_000])).toEqual([false, false]);
  });
});

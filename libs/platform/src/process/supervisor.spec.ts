import { backoffMs } from './supervisor.js';

describe('starting a process again', () => {
  it('waits longer each time that it dies, and never longer than 10 s', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map(backoffMs)).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });
});

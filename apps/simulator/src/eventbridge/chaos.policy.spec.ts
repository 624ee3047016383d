import { CALM, Chaos, ChaosSettings, type Fate, fateOf } from './chaos.policy.js';

const fates = (settings: Partial<ChaosSettings>, count = 2_000): Fate[] =>
  Array.from({ length: count }, (_, index) => fateOf({ ...CALM, ...settings }, index + 1));
const share = (all: Fate[], has: (fate: Fate) => boolean) => all.filter(has).length / all.length;

describe('the fate of a delivery', () => {
  it('is calm unless asked otherwise', () => {
    expect(new Set(fates({}).map((fate) => JSON.stringify(fate)))).toEqual(
      new Set([JSON.stringify({ isLost: false, isHeld: false, delaysMs: [0] })]),
    );
  });

  it('has the shares that were asked for', () => {
    const all = fates({ lose: 0.1, duplicate: 0.2, reorder: 0.3 });
    expect(share(all, ({ isLost }) => isLost)).toBeCloseTo(0.1, 1);
    expect(share(all, ({ delaysMs }) => delaysMs.length === 2)).toBeCloseTo(0.2, 1);
    expect(share(all, ({ isHeld }) => isHeld)).toBeCloseTo(0.3, 1);
  });

  it('depends on the seed and the number alone', () => {
    const asked = { lose: 0.3, duplicate: 0.3, reorder: 0.3, delayMs: [0, 1_000] as [number, number] };
    expect(fates({ ...asked, seed: 1 })).toEqual(fates({ ...asked, seed: 1 }));
    expect(fates({ ...asked, seed: 1 })).not.toEqual(fates({ ...asked, seed: 2 }));
  });

  it('keeps who is lost when other shares change', () => {
    const lost = (settings: Partial<ChaosSettings>) => fates({ lose: 0.3, ...settings }).map(({ isLost }) => isLost);
    expect(lost({ duplicate: 0.9, delayMs: [5, 10] })).toEqual(lost({}));
  });

  it('delays within the bounds', () => {
    const delays = fates({ delayMs: [100, 200], duplicate: 0.5 }).flatMap(({ delaysMs }) => delaysMs);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...delays)).toBeLessThanOrEqual(200);
    expect(new Set(delays).size).toBeGreaterThan(50);
  });

  it('does not count deliveries that chaos leaves alone', () => {
    const run = (names: string[]) => {
      const chaos = new Chaos();
      chaos.set(ChaosSettings.parse({ lose: 0.5, only: ['a'] }));
      return names.map((name) => ({ name, ...chaos.next(name) })).filter(({ name }) => name === 'a');
    };
    expect(run(['a', 'b', 'a', 'b', 'b', 'a'])).toEqual(run(['a', 'a', 'a']));
  });
});

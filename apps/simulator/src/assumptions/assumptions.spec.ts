import { readFileSync } from 'node:fs';
import { ASSUMPTIONS, AssumptionChanges } from '#contracts/assumption.schema';
import { Assumptions } from './assumptions.js';

describe('assumptions', () => {
  it('are documented, each with its default', () => {
    const rows = readFileSync('docs/simulator.md', 'utf8').matchAll(/^\| `(\w+)` \| `([^`]+)` \|/gm);
    const documented = [...rows].map(([, name, value]) => [name, JSON.parse(value ?? 'null')]);
    expect(documented).toEqual(Object.entries(ASSUMPTIONS).map(([name, { default: value }]) => [name, value]));
  });

  it('have defaults that they would accept', () => {
    expect(AssumptionChanges.safeParse(new Assumptions().all()).success).toBe(true);
  });

  it('leave out what an older file had and is no longer known', () => {
    const assumptions = new Assumptions();
    assumptions.load({ enforceTps: true, listOfMissing: 'perhaps', longGone: 1 });
    expect(assumptions.dump()).toEqual({ enforceTps: true });
  });
});

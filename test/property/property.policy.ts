import type { Parameters } from 'fast-check';

/**
 * How thoroughly properties are tried. `STAGEDOOR_PROPERTY_RUNS` asks for more runs; `STAGEDOOR_PROPERTY_SEED` (and
 * `STAGEDOOR_PROPERTY_PATH`, both printed by a failure) repeats one.
 */
const DEFAULT_RUNS = 1_000;

export function property<T>(): Parameters<T> {
  const { STAGEDOOR_PROPERTY_RUNS: runs, STAGEDOOR_PROPERTY_SEED: seed, STAGEDOOR_PROPERTY_PATH: path } = process.env;
  return {
    numRuns: runs ? Number(runs) : DEFAULT_RUNS,
    ...(seed && { seed: Number(seed) }),
    ...(path && { path }),
  };
}

/** What a test that runs this many cases may take; a run takes a few milliseconds. */
export const PROPERTY_TIMEOUT_MS = Math.max(60_000, 30 * Number(process.env.STAGEDOOR_PROPERTY_RUNS ?? DEFAULT_RUNS));

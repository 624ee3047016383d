// What the simulator takes for one.
const MAX_SEED = Number.MAX_SAFE_INTEGER;

/**
 * `npm run rehearsal -- 7`: the seed of the chaos; the same seed draws the same disorder.
 * @throws when it is no seed
 */
export function readSeed(args: readonly string[]): number {
  const [given = '1', ...rest] = args;
  const seed = Number(given);
  if (rest.length > 0 || !/^\d+$/.test(given) || seed > MAX_SEED) {
    throw new Error(`A seed is a whole number: \`npm run rehearsal -- 7\`, not \`${args.join(' ')}\`.`);
  }
  return seed;
}

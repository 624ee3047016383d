const LOOK_EVERY_MS = 20;
const PATIENCE_MS = 10_000;

/**
 * Looks again and again until `check` gives something, which is returned. A check that throws counts as "not yet".
 * @throws after `timeoutMs`, with what was waited for and the last error
 */
export async function until<T>(
  check: () => Promise<T> | T,
  { timeoutMs = PATIENCE_MS, what = 'a condition' }: { timeoutMs?: number; what?: string } = {},
): Promise<NonNullable<Exclude<T, false>>> {
  const startedAtMs = performance.now();
  let last: unknown;
  for (;;) {
    try {
      const found = await check();
      if (found) return found as NonNullable<Exclude<T, false>>;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (performance.now() - startedAtMs > timeoutMs) {
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

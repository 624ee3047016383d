/**
 * Which key signs. IVS needs a moment to know a new key everywhere, so it signs a minute after the import and the one
 * before goes on until then; with no key before it, tokens come from the API. A key is deleted when nothing that it signed
 * can still be valid, never earlier: deleting it voids them all.
 */
export interface KeyTimes {
  createdAtMs: number;
  signsFromMs: number;
  signsUntilMs?: number | undefined;
  /** No token that it signed lives longer. */
  tokensUntilMs?: number | undefined;
  deletedAtMs?: number | undefined;
}

export type KeyState = 'waiting' | 'signing' | 'retiring' | 'deleted';

const MS_PER_SECOND = 1_000;
// https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
export const KEYS_PER_REGION = 3;
const PROPAGATION_MS = 60 * MS_PER_SECOND;

export function stateOf(key: KeyTimes, nowMs: number): KeyState {
  if (key.deletedAtMs !== undefined) return 'deleted';
  if (key.signsFromMs > nowMs) return 'waiting';
  return key.signsUntilMs !== undefined && key.signsUntilMs <= nowMs ? 'retiring' : 'signing';
}

/** The key that signs now: of those that may, the newest. Nothing when tokens come from the API. */
export function signingKey<K extends KeyTimes>(keys: readonly K[], nowMs: number): K | undefined {
  const usable = keys.filter((key) => stateOf(key, nowMs) === 'signing');
  return usable.reduce<K | undefined>(
    (newest, key) => (newest === undefined || key.signsFromMs >= newest.signsFromMs ? key : newest),
    undefined,
  );
}

/**
 * When a key imported now signs. The simulator knows a key at once; there only the first one needs no wait, so that a
 * rotation is rehearsed as it will be.
 */
export function signsFrom(present: readonly KeyTimes[], nowMs: number, isKnownAtOnce: boolean): number {
  const isFirst = present.every((key) => stateOf(key, nowMs) === 'deleted');
  return isFirst && isKnownAtOnce ? nowMs : nowMs + PROPAGATION_MS;
}

/** When a key that no longer signs may be deleted. Infinity while it still may sign. */
export function deletableFrom(key: KeyTimes): number {
  if (key.signsUntilMs === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(key.signsUntilMs, key.tokensUntilMs ?? 0);
}

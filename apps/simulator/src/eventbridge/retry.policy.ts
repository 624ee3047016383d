/**
 * EventBridge's rule for API destinations: 2xx is delivered; 401, 407, 409, 429, 5xx and no answer are tried again, with
 * exponential backoff and jitter or after what Retry-After says, for 24 hours or 185 times; all else is dropped at once.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export const MOST_RETRIES = 185;
export const LONGEST_AGE_MS = 86_400_000;
const RETRIED_STATUSES = new Set([401, 407, 409, 429]);

/** What an attempt came to; no status means that no answer came. */
export interface AttemptResult {
  status?: number | undefined;
  retryAfter?: string | undefined;
  error?: string | undefined;
}

export interface RetryLimits {
  retries: number;
  ageMs: number;
  firstDelayMs: number;
  longestDelayMs: number;
}

export type Verdict = { kind: 'delivered' } | { kind: 'retry'; delayMs: number } | { kind: 'dropped'; reason: string };

interface Attempted {
  result: AttemptResult;
  /** Attempts made, this one included. */
  attempts: number;
  firstMs: number;
  nowMs: number;
  /** In [0, 1). */
  jitter: number;
}

export function judge({ result, attempts, firstMs, nowMs, jitter }: Attempted, limits: RetryLimits): Verdict {
  const { status } = result;
  if (status !== undefined && status >= 200 && status < 300) return { kind: 'delivered' };
  if (!isRetried(status)) return { kind: 'dropped', reason: `status_${status}` };
  if (attempts > limits.retries) return { kind: 'dropped', reason: 'retries_exhausted' };
  const delayMs = Math.max(retryAfterMs(result.retryAfter, nowMs) ?? backoff(attempts, jitter, limits), 1);
  if (nowMs + delayMs - firstMs > limits.ageMs) return { kind: 'dropped', reason: 'too_old' };
  return { kind: 'retry', delayMs };
}

const isRetried = (status: number | undefined) => status === undefined || status >= 500 || RETRIED_STATUSES.has(status);

/** Between half of the doubled delay and all of it. */
function backoff(attempts: number, jitter: number, { firstDelayMs, longestDelayMs }: RetryLimits): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempts - 1));
  return Math.round(full / 2 + (jitter * full) / 2);
}

/** Seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

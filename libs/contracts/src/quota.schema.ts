import { z } from 'zod';

/** Who goes first when AWS's quota is short; the order is the priority. */
export const Lane = z.enum(['moderation', 'host_and_join', 'ending', 'reconcile', 'clean_up']);
export type Lane = z.infer<typeof Lane>;

/** What one operation of AWS has left in one region, over all processes. */
export const Quota = z.object({
  service: z.string(),
  operation: z.string(),
  region: z.string(),
  /** Calls a second that the account has. */
  limit: z.number(),
  /** Calls a second that are made at most now: less than the limit for a while after AWS throttled. */
  rate: z.number(),
  usedLastSecond: z.int(),
  usedLastMinute: z.int(),
  /** Calls that wait, by lane. */
  queue: z.record(Lane, z.int()),
  /** Until the last of them has gone out. */
  drainSeconds: z.number(),
  /** Since the budget was last empty (a flushed Redis, a crashed Postgres): permits given, calls that AWS throttled. */
  permits: z.int(),
  throttles: z.int(),
});
export type Quota = z.infer<typeof Quota>;

/** GET /v1/quotas. */
export const Quotas = z.object({ quotas: z.array(Quota) });
export type Quotas = z.infer<typeof Quotas>;

import { z } from 'zod';

/**
 * How undocumented behaviour of AWS is read. Each has the default that is hardest for a product; a rehearsal that wants
 * another reading says so (`PUT /_control/assumptions`). docs/simulator.md holds the same table; a test keeps it so. A real
 * account is asked by `npm run verify:aws`.
 */
const seconds = (max: number) => z.number().min(0).max(max);

export const ASSUMPTIONS = {
  /** AWS's quotas (calls a second) apply to every operation. AWS_QUOTAS raises them. */
  enforceTps: { schema: z.boolean(), default: true },
  /** The status of ThrottlingException from IVS Real-Time: its model has none, the common-errors page says 400. */
  realTimeThrottlingStatus: { schema: z.union([z.literal(400), z.literal(429)]), default: 400 },
  /** How long a stage session outlives its last participant. The API reference says "ends after", the guide "a few minutes". */
  stageSessionLingerSeconds: { schema: seconds(3_600), default: 0 },
  /** Times in answers of IVS Real-Time. AWS's samples all show whole seconds. */
  answerTimePrecision: { schema: z.enum(['seconds', 'milliseconds']), default: 'seconds' },
  /** The order of ListParticipantEvents. AWS's sample has the newest first. */
  participantEventOrder: { schema: z.enum(['newest_first', 'oldest_first']), default: 'newest_first' },
  /** Whose token DisconnectParticipant kills: of who is connected, of who ever joined, or of everyone who was given one. */
  disconnectKills: { schema: z.enum(['connected', 'joined', 'issued']), default: 'connected' },
  /** What DisconnectParticipant answers for someone who is not connected. */
  disconnectOfAbsent: { schema: z.enum(['not_found', 'ok']), default: 'not_found' },
  /** What the lists of participants, events and sessions answer for what is not there: their models have no "not found". */
  listOfMissing: { schema: z.enum(['empty', 'not_found']), default: 'empty' },
  /** Whether a publish error ends a publishing that was running. */
  publishErrorStopsPublishing: { schema: z.boolean(), default: true },
  /** Whether exchanging a token for one that does not allow publishing ends a publishing that was running. */
  exchangeStopsPublishing: { schema: z.boolean(), default: false },
  /** Whether an empty list of capabilities means the default, which is all of them. */
  emptyCapabilitiesMeanAll: { schema: z.boolean(), default: true },
  /** EventBridge's wait before its first retry; it doubles from there. */
  retryFirstDelaySeconds: { schema: z.number().positive().max(3_600), default: 1 },
  /** The longest wait between two attempts: 185 attempts fill 24 hours at about eight minutes each. */
  retryLongestDelaySeconds: { schema: z.number().positive().max(86_400), default: 480 },
  /** How long (in real time) the next event waits for the answer to the one before; 0 sends all at once. */
  orderPatienceMs: { schema: z.number().min(0).max(5_000), default: 200 },
  /** How long a delivery that chaos holds back waits for another one to overtake it. */
  reorderHoldSeconds: { schema: z.number().positive().max(3_600), default: 5 },
} as const satisfies Record<string, { schema: z.ZodType; default: unknown }>;

export type AssumptionName = keyof typeof ASSUMPTIONS;
export type AssumptionValues = { [N in AssumptionName]: z.output<(typeof ASSUMPTIONS)[N]['schema']> };

export const assumptionNames = Object.keys(ASSUMPTIONS) as AssumptionName[];

/** Any subset, by name; unknown names are refused. */
export const AssumptionChanges = z
  .strictObject(
    Object.fromEntries(assumptionNames.map((name) => [name, ASSUMPTIONS[name].schema])) as {
      [N in AssumptionName]: (typeof ASSUMPTIONS)[N]['schema'];
    },
  )
  .partial();
export type AssumptionChanges = z.infer<typeof AssumptionChanges>;

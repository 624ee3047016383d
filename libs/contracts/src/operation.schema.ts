import { z } from 'zod';
import { Timestamp } from './session.schema.js';

export const OperationAccepted = z.object({ operationId: z.string() });
export type OperationAccepted = z.infer<typeof OperationAccepted>;

/** GET /v1/operations/{id}: what became of a 202. `steps` says what was done and what is still to do. */
export const Operation = z.object({
  id: z.string(),
  kind: z.string(),
  sessionId: z.string().optional(),
  status: z.enum(['pending', 'done', 'failed']),
  steps: z.array(z.object({ name: z.string(), status: z.enum(['pending', 'done']), at: Timestamp.optional() })),
  attempts: z.int(),
  lastError: z.string().optional(),
  createdAt: Timestamp,
  finishedAt: Timestamp.optional(),
});
export type Operation = z.infer<typeof Operation>;

export const WorkState = z.enum(['due', 'done', 'failed']);
export type WorkState = z.infer<typeof WorkState>;

/** A row of the work table as operators see it. */
export const Work = z.object({
  id: z.string(),
  kind: z.string(),
  key: z.string(),
  state: WorkState,
  dueAt: Timestamp,
  attempts: z.int(),
  lastError: z.string().optional(),
  createdAt: Timestamp,
});
export type Work = z.infer<typeof Work>;

export const IngestAnswer = z.object({ accepted: z.int(), duplicates: z.int(), parked: z.int() });
export type IngestAnswer = z.infer<typeof IngestAnswer>;

/** A parked element of the inbox as operators see it. */
export const InboxItem = z.object({
  id: z.string(),
  state: z.enum(['pending', 'applied', 'parked']),
  reason: z.string().optional(),
  detailType: z.string().optional(),
  stageArn: z.string().optional(),
  sessionId: z.string().optional(),
  receivedAt: Timestamp,
  raw: z.string(),
});
export type InboxItem = z.infer<typeof InboxItem>;

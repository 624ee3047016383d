import { z } from 'zod';
import { Timestamp } from './session.schema.js';

export const RecordingKind = z.enum(['participant', 'composite']);
export const RecordingStatus = z.enum(['started', 'ended', 'failed', 'ready']);
export type RecordingStatus = z.infer<typeof RecordingStatus>;

/** One recording: one bucket and prefix (for a start failure: one participant and event). */
export const Recording = z.object({
  id: z.string(),
  kind: RecordingKind,
  status: RecordingStatus,
  participantId: z.string().optional(),
  bucket: z.string().optional(),
  prefix: z.string().optional(),
  durationMs: z.int().optional(),
  startedAt: Timestamp.optional(),
  endedAt: Timestamp.optional(),
  errorCode: z.string().optional(),
  reason: z.string().optional(),
});
export type Recording = z.infer<typeof Recording>;

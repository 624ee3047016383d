import { z } from 'zod';
import { WorkJob } from './work.jobs.js';

/** Jobs about one session. */
export const sessionEventJobs = {
  /** Fold the session's pending inbox rows into its state and its log. Woken by ingest, deduplicated by session. */
  'session.drain': z.object({ sessionId: z.string(), correlationId: z.string().optional() }),
} as const;

export const sessionLifecycleJobs = {
  /** Everything that must be gone from AWS after a session ended, step by step. */
  'session.teardown': WorkJob,
  /** Ask IVS what is true of a session's stage: after doubt, or when a stage session's start is unknown. */
  'stage.observe': WorkJob,
} as const;

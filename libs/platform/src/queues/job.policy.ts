import type { JobName } from '#contracts';

interface JobPolicy {
  /** How often BullMQ runs it. 1 where a row of the work table decides about the next attempt. */
  attempts: number;
  backoffMs: number;
}

/** Attempts and backoff of every job, in one place. */
export const JOB_POLICIES: Record<JobName, JobPolicy> = {
  // Fails only with the database: a few quick tries, then the dispatcher, which looks every second, takes over.
  'session.drain': { attempts: 3, backoffMs: 200 },
  'session.teardown': { attempts: 1, backoffMs: 0 },
  'stage.observe': { attempts: 1, backoffMs: 0 },
  'participant.disconnect': { attempts: 1, backoffMs: 0 },
  'key.delete': { attempts: 1, backoffMs: 0 },
  'log.trim': { attempts: 1, backoffMs: 0 },
};

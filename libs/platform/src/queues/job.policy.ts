import type { JobName, Lane } from '#contracts';

interface JobPolicy {
  /** How often BullMQ runs it. 1 where a row of the work table decides about the next attempt. */
  attempts: number;
  backoffMs: number;
  /** Where its calls to AWS stand in line. */
  lane: Lane;
}

/** Attempts, backoff and urgency of every job, in one place. */
export const JOB_POLICIES: Record<JobName, JobPolicy> = {
  // Fails only with the database: a few quick tries, then the dispatcher, which looks every second, takes over.
  'session.drain': { attempts: 3, backoffMs: 200, lane: 'reconcile' },
  'session.teardown': { attempts: 1, backoffMs: 0, lane: 'ending' },
  'stage.observe': { attempts: 1, backoffMs: 0, lane: 'reconcile' },
  'participant.disconnect': { attempts: 1, backoffMs: 0, lane: 'moderation' },
  'participant.role': { attempts: 1, backoffMs: 0, lane: 'moderation' },
  'key.delete': { attempts: 1, backoffMs: 0, lane: 'clean_up' },
  'log.trim': { attempts: 1, backoffMs: 0, lane: 'clean_up' },
};

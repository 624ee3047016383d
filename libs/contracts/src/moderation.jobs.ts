import { WorkJob } from './work.jobs.js';

/** What a person asked for and waits for: a queue of its own, so that no number of endings stands before it. */
export const moderationJobs = {
  /** Disconnect one participant from the stage, and tell the session's log. */
  'participant.disconnect': WorkJob,
} as const;

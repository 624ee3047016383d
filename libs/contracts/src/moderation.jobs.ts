import { WorkJob } from './work.jobs.js';

/** What a person asked for and waits for: a queue of its own, so that no number of endings stands before it. */
export const moderationJobs = {
  /** Disconnect one participant from the stage, and tell the session's log. */
  'participant.disconnect': WorkJob,
  /** See to it that a participant keeps to its role of record: by a token exchange, else by force. */
  'participant.role': WorkJob,
} as const;

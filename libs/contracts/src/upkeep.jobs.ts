import { WorkJob } from './work.jobs.js';

/** The installation's own housekeeping. */
export const upkeepJobs = {
  /** Trim the live log, the inbox and finished work to their retention. Makes itself due again. */
  'log.trim': WorkJob,
} as const;

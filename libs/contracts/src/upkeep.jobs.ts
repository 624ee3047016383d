import { WorkJob } from './work.jobs.js';

/** The installation's own housekeeping. */
export const upkeepJobs = {
  /** Trim the live log, the inbox and finished work to their retention. Makes itself due again. */
  'log.trim': WorkJob,
  /** Delete a public key at IVS as soon as no token that it signed can be valid. */
  'key.delete': WorkJob,
} as const;

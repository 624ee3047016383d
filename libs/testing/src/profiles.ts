import { infrastructure } from './infrastructure.js';

/** What queues and bus run on. */
export type Profile = 'postgres' | 'redis';

/** What `npm test` looks for in the report, to name loudly what did not run. */
export const NOT_RUN = 'NOT RUN: there is no redis-server';

/** Registers the tests once for each profile. Without a Redis (never so in CI) that half is reported as not run. */
export function describeProfiles(name: string, define: (profile: Profile) => void): void {
  describe(`${name} (postgres)`, () => define('postgres'));
  if (process.env.TEST_REDIS_URL) describe(`${name} (redis)`, () => define('redis'));
  else describe.skip(`${name} (redis): ${NOT_RUN}`, () => define('redis'));
}

/** @throws where there is none; inside `describeProfiles` there always is one */
export function redisUrl(): string {
  const { redisUrl: url } = infrastructure();
  if (!url) throw new Error(NOT_RUN);
  return url;
}

/** The environment that makes a process of ours use that profile. */
export const profileVariables = (profile: Profile): Record<string, string> =>
  profile === 'redis' ? { REDIS_URL: redisUrl() } : {};

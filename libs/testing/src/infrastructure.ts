/** The servers that a test run has: `npm test` starts them and says where they are. */
export interface Infrastructure {
  /** A Postgres in which databases may be made and dropped. */
  databaseUrl: string;
  /** undefined: there is no Redis on this machine, and its half of the tests is reported as not run. */
  redisUrl: string | undefined;
}

/** @throws when the tests were not started by `npm test` */
export function infrastructure(): Infrastructure {
  const { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl } = process.env;
  if (!databaseUrl) {
    throw new Error('TEST_DATABASE_URL is not set: run `npm test`, or `npm test -- <jest arguments>` for a part');
  }
  return { databaseUrl, redisUrl: redisUrl || undefined };
}

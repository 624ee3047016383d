import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '#platform';

/** The database of a running `npm start`, for commands given without DATABASE_URL on the same machine. */
export async function runningDatabase(environment: Environment): Promise<Environment> {
  if (environment.DATABASE_URL) return {};
  const file = path.resolve(environment.STAGEDOOR_DATA_DIR || '.stagedoor', 'ready.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const { databaseUrl, redisUrl } = JSON.parse(text) as { databaseUrl?: string; redisUrl?: string };
  return { DATABASE_URL: databaseUrl, ...(redisUrl && !environment.REDIS_URL ? { REDIS_URL: redisUrl } : {}) };
}

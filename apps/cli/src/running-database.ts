import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Environment } from '#platform';

/** The database and cloud of a running `npm start`, for commands given without DATABASE_URL on the same machine. */
export async function runningDatabase(environment: Environment): Promise<Environment> {
  if (environment.DATABASE_URL) return {};
  const file = path.resolve(environment.STAGEDOOR_DATA_DIR || '.stagedoor', 'ready.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return {};
  const { databaseUrl, redisUrl, simulator } = JSON.parse(text) as Partial<Record<string, string>>;
  const found: Environment = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, AWS_ENDPOINT_URL: simulator };
  const masterKey = await keptMasterKey(path.dirname(file));
  return Object.fromEntries(Object.entries({ ...found, STAGEDOOR_MASTER_KEY: masterKey }).filter(([, value]) => value));
}

/** What `npm start` made up; in production everybody brings their own. */
async function keptMasterKey(folder: string): Promise<string | undefined> {
  const text = await readFile(path.join(folder, 'secrets.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as { masterKey?: string }).masterKey;
}

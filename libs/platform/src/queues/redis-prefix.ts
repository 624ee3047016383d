import type { Database } from '../database/database.js';

/** Installations may share a Redis; the braces keep one installation's keys on one node of a Cluster. */
export async function redisPrefix(database: Database): Promise<string> {
  const [row] = await database.query<{ id: string }>('SELECT id FROM installation');
  if (!row) throw new Error('the database has no installation: run the migrations');
  return `{stagedoor.${row.id}}`;
}

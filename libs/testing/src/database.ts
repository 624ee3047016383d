import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { infrastructure } from './infrastructure.js';

const run = promisify(execFile);
const MIGRATIONS = 'prisma/migrations';
// Any number that is not an engine's own: Prisma takes 72707369, BullMQ has one of its own too.
const TEMPLATE_LOCK = 5_512_017;

export interface TestDatabase {
  url: string;
  /** Also with connections open. */
  drop(): Promise<void>;
}

/** A fresh, migrated database of its own, with an installation of its own. */
export async function createDatabase(): Promise<TestDatabase> {
  const admin = new pg.Client({ connectionString: infrastructure().databaseUrl });
  await admin.connect();
  const name = `test_${randomBytes(8).toString('hex')}`;
  try {
    const template = await migratedTemplate(admin);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await admin.end();
  }
  const url = urlOf(name);
  await query(url, 'UPDATE installation SET id = gen_random_uuid()::text');
  return {
    url,
    drop: () => query(infrastructure().databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
  };
}

/** Migrating takes a second, copying what was migrated once a few tens of milliseconds. */
async function migratedTemplate(admin: pg.Client): Promise<string> {
  const name = `template_${await digestOfMigrations()}`;
  await admin.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return name;
    // Renamed when complete: a test run that is stopped half-way must not leave half a template.
    const unfinished = `${name}_new`;
    await admin.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE ${unfinished}`);
    const url = urlOf(unfinished);
    await run(process.execPath, ['scripts/migrate.mjs', 'deploy'], {
      env: { PATH: process.env.PATH, DATABASE_URL: url, DATABASE_DIRECT_URL: url },
    });
    await admin.query(`ALTER DATABASE ${unfinished} RENAME TO ${name}`);
    return name;
  } finally {
    await admin.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

async function digestOfMigrations(): Promise<string> {
  const hash = createHash('sha256');
  for (const entry of (await readdir(MIGRATIONS, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    hash.update(entry.name).update(await readFile(path.join(MIGRATIONS, entry.name, 'migration.sql')));
  }
  // The queues' tables come with BullMQ.
  hash.update(await readFile('node_modules/bullmq/package.json'));
  return hash.digest('hex').slice(0, 16);
}

function urlOf(name: string): string {
  const url = new URL(infrastructure().databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function query(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}

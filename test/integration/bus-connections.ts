import { Redis } from 'ioredis';
import pg from 'pg';
import { type Profile, redisUrl } from '#testing';

/** Cuts every connection of the buses of this database, or with this prefix on the Redis that all tests share. */
export async function killBusConnections(profile: Profile, databaseUrl: string, prefix: string): Promise<void> {
  if (profile === 'redis') await killOnRedis(prefix.replaceAll(/[{}]/g, ''));
  else await killOnPostgres(databaseUrl);
}

async function killOnRedis(prefix: string): Promise<void> {
  const redis = new Redis(redisUrl());
  const clients = String(await redis.client('LIST')).split('\n');
  for (const line of clients.filter((client) => client.includes(`name=stagedoor-bus:${prefix}:`))) {
    const id = /\bid=(\d+)/.exec(line)?.[1];
    if (id) await redis.call('CLIENT', 'KILL', 'ID', id);
  }
  redis.disconnect();
}

async function killOnPostgres(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE application_name = 'stagedoor-bus' AND datname = current_database()`,
  );
  await client.end();
}

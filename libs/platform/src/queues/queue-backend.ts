import {
  createPostgresBackend,
  createRedisBackend,
  Queue,
  type QueueOptions,
  Worker,
  type WorkerOptions,
} from 'bullmq';
import { Cluster, Redis } from 'ioredis';
import pg from 'pg';
import type { Logger } from 'pino';
import { surviveLostConnections } from '../database/lost-connections.js';

/** What BullMQ runs on: Redis when there is one, else our own Postgres. One contract, tested on both. */
export interface QueueBackend {
  readonly name: 'postgres' | 'redis';
  queue(name: string): Queue;
  worker(name: string, processor: (job: { name: string; data: unknown }) => Promise<void>, concurrency: number): Worker;
  /** @throws when the backend cannot be reached now */
  ping(): Promise<void>;
  close(): Promise<void>;
}

// A dead worker's jobs are taken over after 7.5 to 20 s instead of BullMQ's 30 to 60; a stall is our crash, not the job's.
const RECOVERY = { lockDuration: 15_000, stalledInterval: 5_000, maxStalledCount: 3 };
// By age only: trimming by count makes every completion delete by a sorted sub-select (184 jobs a second on Postgres).
const RETENTION = { removeOnComplete: { age: 3_600 }, removeOnFail: { age: 7 * 86_400 } };
// Each worker holds one connection of the pool for LISTEN; the rest serve adds, fetches and completions.
const SPARE_CONNECTIONS = 6;
const WAIT_STEP_MS = 250;
const READY_TIMEOUT_MS = 60_000;

/**
 * BullMQ on Postgres, schema `bullmq` (made by `npm run db:migrate`).
 * @throws when the database does not answer within a minute: an object created while it is down would stay dead for ever
 */
export async function openPostgresBackend(url: string, workers: number, logger: Logger): Promise<QueueBackend> {
  const pool = new pg.Pool({
    connectionString: url,
    options: '-c search_path=bullmq',
    keepAlive: true,
    max: workers + SPARE_CONNECTIONS,
    application_name: 'stagedoor-queues',
  });
  // Every queue and worker adds an error listener to the shared pool and never removes it.
  pool.setMaxListeners(0);
  surviveLostConnections(pool, (error) => logger.warn({ err: error }, 'a queue connection was lost'));
  const ping = async () => {
    await pool.query('SELECT 1');
  };
  await waitUntil(ping);
  const common = { connection: pool as never, ...RETENTION };
  return {
    name: 'postgres',
    queue: (name) =>
      new Queue(name, { ...common, defaultJobOptions: RETENTION } as QueueOptions, createPostgresBackend as never),
    worker: (name, processor, concurrency) =>
      new Worker(
        name,
        processor,
        { ...common, ...RECOVERY, concurrency } as WorkerOptions,
        createPostgresBackend as never,
      ),
    ping,
    close: () => pool.end(),
  };
}

/** BullMQ on Redis; `prefix` keeps installations that share a Redis apart and holds a cluster hash tag. */
export async function openRedisBackend(urls: string[], prefix: string, logger: Logger): Promise<QueueBackend> {
  // Producers fail at once: an HTTP request must not wait out an outage in an offline queue.
  const producer = connect(urls, { maxRetriesPerRequest: 1, enableOfflineQueue: false });
  const consumer = connect(urls, { maxRetriesPerRequest: null });
  for (const connection of [producer, consumer]) {
    connection.on('error', (error: Error) => logger.warn({ err: error }, 'the queue connection to Redis has an error'));
  }
  const ping = async () => {
    await producer.ping();
  };
  await waitUntil(ping);
  return {
    name: 'redis',
    queue: (name) =>
      new Queue(name, { connection: producer, prefix, defaultJobOptions: RETENTION }, createRedisBackend as never),
    worker: (name, processor, concurrency) =>
      new Worker(
        name,
        processor,
        { connection: consumer, prefix, ...RETENTION, ...RECOVERY, concurrency },
        createRedisBackend as never,
      ),
    ping,
    close: async () => {
      producer.disconnect();
      consumer.disconnect();
    },
  };
}

function connect(
  urls: string[],
  options: { maxRetriesPerRequest: number | null; enableOfflineQueue?: boolean },
): Redis | Cluster {
  const [first, ...others] = urls;
  if (!first) throw new Error('a Redis URL is needed');
  if (others.length === 0) return new Redis(first, options);
  return new Cluster(urls, { enableOfflineQueue: options.enableOfflineQueue ?? true, redisOptions: options });
}

async function waitUntil(check: () => Promise<void>): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += WAIT_STEP_MS) {
    try {
      return await check();
    } catch (error) {
      if (waitedMs >= READY_TIMEOUT_MS) throw error;
      await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS));
    }
  }
}

import { Agent } from 'node:http';
import pg from 'pg';
import { type Profile, type Stack, startStack } from '#testing';
import { now, row } from './measure.js';
import { post } from './post.js';
import { stageUpdate } from './stage-event.factory.js';

// Events a second from POST to committed state (applied and in the log), beside a bare transaction of two statements (insert
// the event, append one row to a log) on the same Postgres in the same run, with as many connections as the gateway has.
const EVENTS = Number(process.env.BENCH_EVENTS ?? 4_000);
const IN_FLIGHT = 64;
const ARRAY = 100;
const CONNECTIONS = 20;
const WIDTHS = [10, 34, 12, 12];

interface Shape {
  name: string;
  sessions: number;
  arraySize: number;
}

const SHAPES: Shape[] = [
  { name: 'single posts, one session', sessions: 1, arraySize: 1 },
  { name: 'single posts, 100 sessions', sessions: 100, arraySize: 1 },
  { name: `arrays of ${ARRAY}, one session`, sessions: 1, arraySize: ARRAY },
  { name: `arrays of ${ARRAY}, 100 sessions`, sessions: 100, arraySize: ARRAY },
];

async function bareTransactions(databaseUrl: string): Promise<number> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS });
  await pool.query(
    'CREATE TABLE bare_event (id text PRIMARY KEY, raw text); CREATE TABLE bare_log (id bigserial PRIMARY KEY, data jsonb)',
  );
  const event = JSON.stringify(
    stageUpdate('arn:aws:ivs:us-west-2:123456789012:stage/bare', 'Participant Published', 'p', new Date()),
  );
  let next = 0;
  const one = async () => {
    while (next < EVENTS) {
      const id = String(next++);
      const client = await pool.connect();
      await client.query('BEGIN');
      await client.query('INSERT INTO bare_event VALUES ($1, $2)', [id, event]);
      await client.query('INSERT INTO bare_log (data) VALUES ($1)', [event]);
      await client.query('COMMIT');
      client.release();
    }
  };
  const start = now();
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  const seconds = (now() - start) / 1_000;
  await pool.end();
  return EVENTS / seconds;
}

async function createSessions(stack: Stack, count: number): Promise<string[]> {
  const arns: string[] = [];
  for (let index = 0; index < count; index++) {
    const { body } = await stack.api.post<{ stageArn: string }>('/v1/sessions', { name: `Bench ${index}` });
    arns.push(body.stageArn);
  }
  return arns;
}

async function measure(stack: Stack, shape: Shape): Promise<number> {
  const arns = await createSessions(stack, shape.sessions);
  const base = Date.now() - EVENTS;
  const events = Array.from({ length: EVENTS }, (_, index) => {
    const name = Math.floor(index / shape.sessions) % 2 === 0 ? 'Participant Published' : 'Participant Unpublished';
    return stageUpdate(arns[index % shape.sessions] as string, name, 'host', new Date(base + index));
  });
  const bodies: string[] = [];
  for (let index = 0; index < EVENTS; index += shape.arraySize) {
    const slice = events.slice(index, index + shape.arraySize);
    bodies.push(JSON.stringify(shape.arraySize === 1 ? slice[0] : slice));
  }
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 1 });
  const start = now();
  let next = 0;
  const poster = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      await post(agent, `${stack.gatewayUrl}/v1/ingest/eventbridge`, stack.ingestKey, body);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, poster));
  for (;;) {
    const { rows } = await pool.query(`SELECT count(*)::int AS left FROM inbox WHERE state = 'pending'`);
    if (rows[0].left === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const seconds = (now() - start) / 1_000;
  agent.destroy();
  await pool.end();
  return EVENTS / seconds;
}

async function run(profile: Profile): Promise<void> {
  const stack = await startStack({ profile });
  try {
    // The first requests compile and connect; nobody measures them.
    await measure(stack, SHAPES[3] as Shape);
    for (const shape of SHAPES) {
      const bare = await bareTransactions(stack.databaseUrl);
      await dropBare(stack.databaseUrl);
      const ours = await measure(stack, shape);
      row([profile, shape.name, `${ours.toFixed(0)}/s`, `${bare.toFixed(0)}/s`, (ours / bare).toFixed(2)], WIDTHS);
    }
  } finally {
    await stack.stop();
  }
}

async function dropBare(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('DROP TABLE bare_event, bare_log');
  await client.end();
}

console.log(
  `${EVENTS} events, ${IN_FLIGHT} requests in flight; bare: BEGIN, two inserts, COMMIT on ${CONNECTIONS} connections\n`,
);
row(['queues', 'what', 'ours', 'bare', 'ours/bare'], WIDTHS);
for (const profile of ['postgres', 'redis'] as const) {
  if (profile === 'redis' && !process.env.TEST_REDIS_URL) console.log('redis: not run, there is no redis-server');
  else await run(profile);
}

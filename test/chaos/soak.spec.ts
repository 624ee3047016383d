import pg from 'pg';
import { type Stack, startStack, until } from '#testing';
import { stageUpdate } from './burst.factory.js';

/**
 * The queues on Postgres under a long load, by the product's own way: one event for each of N sessions, so one job each.
 * A job's effect is the session's start in its log. `STAGEDOOR_SOAK_JOBS=100000 npm test -- test/chaos/soak`
 */
const JOBS = Number(process.env.STAGEDOOR_SOAK_JOBS || 10_000);
const WORKERS = ['worker', 'worker-2'] as const;
const PER_POST = 100;
const POSTS_AT_ONCE = 4;
// A twentieth of what two idle cores do.
const LIMIT_MS = 60_000 + JOBS * 20;

describe(`${JOBS} jobs on Postgres through two workers`, () => {
  let stack: Stack;
  let database: pg.Pool;

  beforeAll(async () => {
    stack = await startStack({ workers: WORKERS.length });
    database = new pg.Pool({ connectionString: stack.databaseUrl, max: 3 });
    await createSessions();
  }, LIMIT_MS);
  afterAll(async () => {
    await database.end();
    await stack.stop();
  }, 60_000);

  const stageOf = (n: number) => `arn:aws:ivs:us-west-2:123456789012:stage/soak${n}`;

  /** As `POST /v1/sessions` leaves them, without ten thousand calls to a cloud. */
  async function createSessions(): Promise<void> {
    await database.query(
      `INSERT INTO session (id, name, visibility, stage_door, region, stage_arn, recording, lifecycle, metadata, created_at)
       SELECT 'soak-' || n, 'soak', 'private', 'invitation', 'us-west-2', 'arn:aws:ivs:us-west-2:123456789012:stage/soak' || n,
         'none', '{"hostGraceSeconds":30,"idleSeconds":600,"neverStartedSeconds":3600,"maxAgeSeconds":86400}', '{}', now()
       FROM generate_series(1, $1::int) n`,
      [JOBS],
    );
    await database.query(`INSERT INTO topic (name) SELECT 'session/soak-' || n FROM generate_series(1, $1::int) n`, [
      JOBS,
    ]);
  }

  async function postAll(): Promise<void> {
    let next = 1;
    const post = async () => {
      while (next <= JOBS) {
        const first = next;
        next += PER_POST;
        const numbers = Array.from({ length: Math.min(PER_POST, JOBS + 1 - first) }, (_, index) => first + index);
        const who = { participantId: 'someone', atUs: Date.now() * 1_000 };
        const body = numbers.map((n) => stageUpdate(stageOf(n), 'Participant Published', who));
        const headers = { 'x-stagedoor-key': stack.ingestKey };
        const answer = await stack.api.expect('POST', '/v1/ingest/eventbridge', body, { headers });
        expect(answer).toEqual({ accepted: numbers.length, duplicates: 0, parked: 0 });
      }
    };
    await Promise.all(Array.from({ length: POSTS_AT_ONCE }, post));
  }

  const rowsOf = async (sql: string) => (await database.query<Record<string, string | number>>(sql)).rows;

  it(
    'none is lost, none is forgotten, and each has its effect once',
    async () => {
      await postAll();
      const isDone = async () => (await rowsOf(`SELECT 1 FROM inbox WHERE state = 'pending' LIMIT 1`)).length === 0;
      await until(isDone, { timeoutMs: LIMIT_MS, what: 'every event to be applied' });

      expect(await rowsOf(`SELECT state::text, count(*)::int FROM inbox GROUP BY 1`)).toEqual([
        { state: 'applied', count: JOBS },
      ]);
      expect(
        await rowsOf(
          'SELECT type, count(*)::int, count(DISTINCT topic)::int AS topics FROM live_event GROUP BY 1 ORDER BY 1',
        ),
      ).toEqual(['participant.published', 'session.started'].map((type) => ({ type, count: JOBS, topics: JOBS })));
      expect(await rowsOf(`SELECT DISTINCT seq::int FROM topic WHERE name LIKE 'session/%'`)).toEqual([{ seq: 2 }]);
      expect(await rowsOf(`SELECT status::text, count(*)::int FROM session GROUP BY 1`)).toEqual([
        { status: 'live', count: JOBS },
      ]);

      const isEmpty = async () =>
        (await rowsOf(`SELECT 1 FROM bullmq.job WHERE state NOT IN ('completed', 'failed') LIMIT 1`)).length === 0;
      await until(isEmpty, { timeoutMs: LIMIT_MS, what: 'every job to end' });
      expect(await rowsOf(`SELECT state::text FROM bullmq.job WHERE state = 'failed'`)).toEqual([]);
      const [jobs] = await rowsOf(`SELECT count(DISTINCT data->>'sessionId')::int AS sessions FROM bullmq.job`);
      expect(jobs).toEqual({ sessions: JOBS });
    },
    2 * LIMIT_MS,
  );
});

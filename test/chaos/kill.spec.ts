import pg from 'pg';
import type { Session } from '#contracts';
import { checkLog } from '#ivs';
import { describeProfiles, type Profile, type Stack, startRedis, startStack, type TestRedis, until } from '#testing';
import { createSession, foldedLog, logOf, snapshotOf, tokenOf, viewOf } from '../session.harness.js';
import { burst, type StageEvent, truthOf } from './burst.factory.js';
import { Follower } from './follower.js';
import { Poster } from './poster.js';

const EVENTS = 2_000;
const FOLLOWERS = 5;
const SETTLE_MS = 40_000;
// Two bursts' worth of posts, a restart or two, and what a queue needs to notice that a worker died.
const TEST_LIMIT_MS = 120_000;

describeProfiles('in the middle of a burst of 2,000 events', (profile) => {
  let stack: Stack;
  let redis: TestRedis | undefined;
  let database: pg.Pool;
  let followers: Follower[] = [];

  beforeAll(async () => {
    redis = await redisFor(profile);
    stack = await startStack({ profile, env: redis ? { REDIS_URL: redis.url } : {} });
    database = new pg.Pool({ connectionString: stack.databaseUrl, application_name: 'chaos', max: 2 });
    database.on('error', () => undefined);
  }, TEST_LIMIT_MS);
  afterEach(() => {
    for (const follower of followers.splice(0)) follower.close();
  });
  afterAll(async () => {
    await database.end();
    await stack.stop();
    await redis?.stop();
  }, TEST_LIMIT_MS);

  /** Plays a burst, does `harm` meanwhile, and looks at everything afterwards. */
  async function play(harm: (poster: Poster, show: Show) => Promise<void>): Promise<Show> {
    const session = await createSession(stack.api);
    const events = burst(session.stageArn, EVENTS);
    const token = await tokenOf(stack.api, 'viewer');
    const topic = `session/${session.id}`;
    followers = await Promise.all(
      Array.from({ length: FOLLOWERS }, () => Follower.start(stack.gatewayUrl, token, topic)),
    );
    const poster = new Poster(stack, events);
    const show = { session, events, poster };
    await harm(poster, show);
    await poster.done;
    await until(async () => (await inbox(session)).pending === 0, {
      timeoutMs: SETTLE_MS,
      what: 'an empty inbox',
    });
    return show;
  }

  async function inbox({ id }: Session): Promise<{ pending: number; applied: number; parked: number }> {
    const { rows } = await database.query<{ state: string; count: string }>(
      'SELECT state, count(*) FROM inbox WHERE session_id = $1 GROUP BY 1',
      [id],
    );
    const count = (state: string) => Number(rows.find((row) => row.state === state)?.count ?? 0);
    return { pending: count('pending'), applied: count('applied'), parked: count('parked') };
  }

  /** No event lost, none applied twice, one order for everyone. */
  async function expectTruth({ session, events }: Show): Promise<void> {
    expect(await inbox(session)).toEqual({ pending: 0, applied: EVENTS, parked: 0 });
    const [log, snapshot] = [await logOf(stack.api, session.id), await snapshotOf(stack.api, session.id)];
    expect(checkLog(log)).toEqual([]);
    expect(foldedLog(log)).toEqual(truthOf(session, events));
    expect(viewOf(snapshot)).toEqual(foldedLog(log));
    expect(snapshot.seq).toBe(log.at(-1)?.seq);
    for (const follower of followers) {
      await follower.reaches(snapshot.seq);
      expect(follower.client.problems).toEqual([]);
      expect(follower.answersAfterReturns.filter((answer) => 'snapshot' in answer)).toEqual([]);
      expect(follower.events).toEqual(log.filter(({ seq }) => seq > 1));
    }
  }

  it(
    'a worker that is killed twice loses no event, applies none twice, and leaves no hole',
    async () => {
      const show = await play(async (poster, { session }) => {
        for (const share of [0.3, 0.6]) {
          await poster.reached(share);
          await until(async () => (await inbox(session)).pending > 0, { what: 'events under way' });
          expect(await stack.kill('worker')).toMatchObject({ signal: 'SIGKILL' });
          await stack.start('worker');
        }
      });
      await expectTruth(show);
    },
    TEST_LIMIT_MS,
  );

  it(
    'a gateway that is killed twice: what posters repeat and subscribers ask for makes it whole',
    async () => {
      const show = await play(async (poster) => {
        for (const share of [0.3, 0.6]) {
          await poster.reached(share);
          expect(await stack.kill('gateway')).toMatchObject({ signal: 'SIGKILL' });
          await stack.start('gateway');
        }
      });
      expect(show.poster.refused).toBeGreaterThan(0);
      for (const { returns } of followers) expect(returns).toBeGreaterThan(0);
      await expectTruth(show);
    },
    TEST_LIMIT_MS,
  );

  it(
    'every connection to Postgres that is cut three times costs nothing',
    async () => {
      const show = await play(async (poster) => {
        for (const share of [0.2, 0.4, 0.6]) {
          await poster.reached(share);
          expect(await cutConnections()).toBeGreaterThan(0);
        }
      });
      await expectTruth(show);
    },
    TEST_LIMIT_MS,
  );

  if (profile === 'redis') {
    it(
      'a Redis that is flushed again and again, then killed, costs nothing',
      async () => {
        const show = await play(async (poster) => {
          for (const share of [0.2, 0.4, 0.6]) {
            await poster.reached(share);
            await redis?.flush();
          }
          await poster.reached(0.7);
          await redis?.kill();
          await poster.reached(0.8);
          await redis?.start();
        });
        await expectTruth(show);
      },
      TEST_LIMIT_MS,
    );
  }

  async function cutConnections(): Promise<number> {
    const { rowCount } = await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name <> 'chaos'`,
    );
    return rowCount ?? 0;
  }
});

interface Show {
  session: Session;
  events: StageEvent[];
  poster: Poster;
}

/** One of our own: it is flushed and killed. */
async function redisFor(profile: Profile): Promise<TestRedis | undefined> {
  return profile === 'redis' ? startRedis() : undefined;
}

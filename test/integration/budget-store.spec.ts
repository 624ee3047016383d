import type { Lane } from '#contracts';
import { AppError, createLogger, Database, Governor, inLane } from '#platform';
import type { BudgetStore } from '#platform/aws/governor/budget.store';
import { FallbackBudget } from '#platform/aws/governor/fallback.budget';
import { PostgresBudget } from '#platform/aws/governor/postgres.budget';
import { RedisBudget } from '#platform/aws/governor/redis.budget';
import { createDatabase, describeProfiles, startRedis, type TestDatabase, type TestRedis } from '#testing';

const logger = createLogger('budget-store', 'silent');
const CALL = { service: 'ivs-realtime', operation: 'DisconnectParticipant', region: 'us-west-2' } as const;
const TPS = 20;
const WINDOW_MS = 1_000;

/** The most arrivals in any second. */
function mostInASecond(times: number[]): number {
  const counts = times.map((from) => times.filter((at) => at >= from && at < from + WINDOW_MS).length);
  return Math.max(0, ...counts);
}

describeProfiles('the shared budget', (profile) => {
  let testDatabase: TestDatabase;
  let database: Database;
  let redis: TestRedis | undefined;
  let governors: Governor[] = [];

  beforeAll(async () => {
    testDatabase = await createDatabase();
    database = new Database(testDatabase.url, { max: 8, applicationName: 'budget' }, logger);
    if (profile === 'redis') redis = await startRedis();
  });
  afterEach(async () => {
    await Promise.all(governors.map((one) => one.close()));
    governors = [];
  });
  afterAll(async () => {
    await redis?.stop();
    await database.close();
    await testDatabase.drop();
  });

  const openStore = (): BudgetStore =>
    redis ? new RedisBudget([redis.url], '{stagedoor.test}', logger) : new PostgresBudget(database);

  /** As a process of its own has it, with an operation of its own. */
  const open = (name: string, more: { isInteractive?: boolean; operation?: string } = {}) => {
    const governor = new Governor(new FallbackBudget(openStore(), logger), {
      process: name,
      defaultUrgency: { lane: 'host_and_join', isInteractive: more.isInteractive ?? false },
      scale: 1,
      regions: ['us-west-2'],
      raisedQuotas: { '*': TPS },
    });
    governors.push(governor);
    return governor;
  };

  const send = async (governor: Governor, operation: string, lane: Lane, times: number[]) => {
    await inLane(lane, () =>
      governor.run({ ...CALL, operation }, async () => {
        times.push(performance.now());
      }),
    );
  };

  const lose = () => (redis ? redis.flush() : database.query('TRUNCATE aws_budget'));

  it('never exceeds the rate, however many processes compete', async () => {
    const times: number[] = [];
    const processes = ['a', 'b', 'c'].map((name) => open(name));
    const begunMs = performance.now();
    await Promise.all(
      processes.flatMap((one) => Array.from({ length: 20 }, () => send(one, 'Compete', 'clean_up', times))),
    );
    expect(times).toHaveLength(60);
    expect(mostInASecond(times)).toBeLessThanOrEqual(TPS);
    // 59 intervals of 52 ms; the rest is what a busy machine takes.
    expect(performance.now() - begunMs).toBeLessThan(6_000);
  });

  it('lets a more urgent call of another process in first', async () => {
    const times: number[] = [];
    const [one, other] = [open('a'), open('b')];
    const queued = Promise.all(Array.from({ length: 40 }, () => send(one, 'Urgent', 'clean_up', times)));
    const urgent: number[] = [];
    const begunMs = performance.now();
    await send(other, 'Urgent', 'moderation', urgent);
    expect((urgent[0] ?? 0) - begunMs).toBeLessThan(600);
    expect(times.length).toBeLessThan(20);
    await queued;
  });

  it('goes on without a process that died with calls in line', async () => {
    const dying = open('dying');
    const lost = Promise.allSettled(Array.from({ length: 30 }, () => send(dying, 'Dying', 'moderation', [])));
    await send(dying, 'Dying', 'moderation', []).catch(() => {});
    await dying.close();
    await lost;
    const times: number[] = [];
    const begunMs = performance.now();
    await send(open('living'), 'Dying', 'clean_up', times);
    expect((times[0] ?? 0) - begunMs).toBeLessThan(1_000);
  });

  it('loses no call and exceeds no rate when everything in the store is gone', async () => {
    const times: number[] = [];
    const processes = ['a', 'b'].map((name) => open(name));
    const all = Promise.all(
      processes.flatMap((one) => Array.from({ length: 20 }, () => send(one, 'Lost', 'clean_up', times))),
    );
    await send(processes[0] as Governor, 'Lost', 'moderation', times);
    await lose();
    await all;
    expect(times).toHaveLength(41);
    expect(mostInASecond(times)).toBeLessThanOrEqual(TPS);
  });

  it('refuses an interactive call that would wait too long, at once', async () => {
    const governor = open('a', { isInteractive: true });
    const begunMs = performance.now();
    const answers = await Promise.allSettled(
      Array.from({ length: 200 }, () => governor.run({ ...CALL, operation: 'Refuse' }, async () => performance.now())),
    );
    const refused = answers.flatMap((one) => (one.status === 'rejected' ? [one.reason as AppError] : []));
    expect(refused.length).toBeGreaterThan(150);
    for (const error of refused) {
      expect(error).toBeInstanceOf(AppError);
      expect(error.code).toBe('AWS_BUSY');
      expect(error.retryAfterSeconds).toBeGreaterThanOrEqual(2);
    }
    expect(performance.now() - begunMs).toBeLessThan(4_000);
  });

  if (profile === 'redis') {
    it('goes on while Redis is away, at a quarter of the rate', async () => {
      const governor = open('a');
      const times: number[] = [];
      await send(governor, 'Away', 'moderation', times);
      await redis?.kill();
      await Promise.all(Array.from({ length: 4 }, () => send(governor, 'Away', 'moderation', times)));
      expect(times).toHaveLength(5);
      await redis?.start();
      await send(governor, 'Away', 'moderation', times);
    });
  }
});

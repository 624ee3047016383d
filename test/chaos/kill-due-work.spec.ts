import pg from 'pg';
import { describeProfiles, type Stack, startRedis, startStack, type TestRedis, until } from '#testing';
import { cloudOf, createSession, finishedOperation } from '../session.harness.js';

// A killed worker's claim holds for so long.
const CLAIM_MS = 15_000;
const FINISH_MS = 40_000;
const TEST_LIMIT_MS = 60_000;

interface Teardown {
  claimedMs: number | null;
  isLater: boolean;
  isDeleted: boolean;
}

describeProfiles('work that is due', (profile) => {
  let stack: Stack;
  let redis: TestRedis | undefined;
  let database: pg.Pool;

  beforeAll(async () => {
    redis = profile === 'redis' ? await startRedis() : undefined;
    stack = await startStack({ profile, env: redis ? { REDIS_URL: redis.url } : {} });
    database = new pg.Pool({ connectionString: stack.databaseUrl, max: 2 });
  }, TEST_LIMIT_MS);
  afterEach(async () => {
    stack.thaw('simulator');
    await fail('GetStage', 0);
    await fail('DeleteStage', 0);
  });
  afterAll(async () => {
    await database.end();
    await stack.stop();
    await redis?.stop();
  }, TEST_LIMIT_MS);

  const fail = (operation: string, times: number, more: object = {}) =>
    stack.cloud.expect('PUT', '/_control/fail', { operation, code: 'InternalServerException', times, ...more });

  /** A teardown that is not finished. */
  const teardown = async (id: string): Promise<Teardown | undefined> => {
    const { rows } = await database.query<Teardown>(
      `SELECT extract(epoch FROM claimed_until)::float8 * 1000 - ${CLAIM_MS} AS "claimedMs", due_at > now() AS "isLater",
         jsonb_path_exists(steps, '$[*] ? (@.name == "stage.delete" && @.status == "done")') AS "isDeleted" FROM work WHERE id = $1 AND state = 'due'`,
      [id],
    );
    return rows[0];
  };

  async function endOf(id: string): Promise<string> {
    const { operationId } = await stack.api.expect<{ operationId: string }>('POST', `/v1/sessions/${id}/end`);
    return operationId;
  }

  /** The queue forgets everything; on Postgres, that is its own tables. */
  async function flushQueue(): Promise<void> {
    if (redis) await redis.flush();
    else await database.query('DELETE FROM bullmq.job');
  }

  async function expectTornDown(operationId: string, stageArn: string): Promise<void> {
    const operation = await finishedOperation(stack.api, operationId, FINISH_MS);
    expect(operation).toMatchObject({ status: 'done' });
    expect(operation.steps.filter(({ status }) => status !== 'done')).toEqual([]);
    expect((await cloudOf(stack)).stages.map(({ arn }) => arn)).not.toContain(stageArn);
  }

  it(
    'is finished by another worker, from the step that it had reached, when its worker is killed in its middle',
    async () => {
      const { id, stageArn } = await createSession(stack.api);
      await fail('GetStage', 3);
      const operationId = await endOf(id);
      await until(async () => (await teardown(operationId))?.isDeleted, { what: 'a deleted stage' });
      // From here on the cloud does not answer: the next attempt hangs in the second step.
      stack.freeze('simulator');
      const frozenMs = Date.now();
      const isHanging = async () => Number((await teardown(operationId))?.claimedMs) > frozenMs;
      await until(isHanging, { what: 'a teardown between its steps' });
      expect(await stack.kill('worker')).toMatchObject({ signal: 'SIGKILL' });
      stack.thaw('simulator');
      await fail('GetStage', 0);
      await flushQueue();
      await stack.start('worker');
      await expectTornDown(operationId, stageArn);
      const { calls } = await stack.cloud.expect<{ calls: object[] }>('GET', '/_control/calls?operation=DeleteStage');
      expect(calls.filter((call) => JSON.stringify(call).includes(stageArn))).toHaveLength(1);
    },
    TEST_LIMIT_MS,
  );

  it(
    'is not forgotten when the queue loses everything, also what is due in the future',
    async () => {
      const sessions = await Promise.all(Array.from({ length: 10 }, () => createSession(stack.api)));
      await fail('DeleteStage', 1_000);
      const operations = await Promise.all(sessions.map(({ id }) => endOf(id)));
      const isLater = async (operationId: string) => (await teardown(operationId))?.isLater;
      await until(async () => (await Promise.all(operations.map(isLater))).every(Boolean), {
        timeoutMs: 30_000,
        what: 'ten teardowns that are due later',
      });
      await flushQueue();
      await fail('DeleteStage', 0);
      for (const [index, session] of sessions.entries()) {
        await expectTornDown(operations[index] as string, session.stageArn);
      }
    },
    TEST_LIMIT_MS,
  );

  it(
    'is done although no worker ran when it was asked for and the queue was emptied before one did',
    async () => {
      const { id, stageArn } = await createSession(stack.api);
      await stack.kill('worker');
      const operationId = await endOf(id);
      await flushQueue();
      await stack.start('worker');
      await expectTornDown(operationId, stageArn);
    },
    TEST_LIMIT_MS,
  );
});

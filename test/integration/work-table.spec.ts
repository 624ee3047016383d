import { Clock, Database, Ids, type WorkRow, WorkRunner, WorkTable } from '#platform';
import { createDatabase, silentLogger, type TestDatabase, until } from '#testing';

/** A clock that stands until it is moved: leases and backoffs without waiting for them. */
class ManualClock extends Clock {
  readonly scale = 1;
  private ms = Date.parse('2026-11-21T12:00:00Z');

  nowMs(): number {
    return this.ms;
  }

  advance(ms: number): void {
    this.ms += ms;
  }

  setTimeout(): () => void {
    return () => {};
  }
}

describe('the work table', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let clock: ManualClock;
  let table: WorkTable;
  let runner: WorkRunner;

  beforeAll(async () => {
    testDatabase = await createDatabase();
    database = new Database(testDatabase.url, { max: 5, applicationName: 'test' }, silentLogger);
  });
  afterAll(async () => {
    await database.close();
    await testDatabase.drop();
  });
  beforeEach(async () => {
    await database.query('DELETE FROM work');
    clock = new ManualClock();
    table = new WorkTable(database, clock, new Ids());
    runner = new WorkRunner(table, clock, silentLogger);
  });

  const add = (key: string, dueAtMs?: number) =>
    table.add(database, {
      kind: 'session.teardown',
      key,
      sessionId: key,
      ...(dueAtMs === undefined ? {} : { dueAtMs }),
    });
  const stored = async (id: string) =>
    (
      await database.query<{ state: string; attempts: number; last_error: string | null; due_at: Date }>(
        'SELECT * FROM work WHERE id = $1',
        [id],
      )
    )[0];

  it('holds one open row a kind and key, and asking again only brings it forward', async () => {
    const later = await add('a', clock.nowMs() + 60_000);
    expect(await add('a', clock.nowMs() + 5_000)).toBe(later);
    expect(await add('a', clock.nowMs() + 90_000)).toBe(later);
    expect((await stored(later))?.due_at.getTime()).toBe(clock.nowMs() + 5_000);
  });

  it('opens a new row when the one before is done', async () => {
    const first = await add('a');
    await table.complete(first);
    expect(await add('a')).not.toBe(first);
  });

  it('gives a row to one of many that claim it at once', async () => {
    const id = await add('a');
    const claims = await Promise.all(Array.from({ length: 10 }, () => table.claim(id)));
    expect(claims.filter(Boolean)).toHaveLength(1);
  });

  it('does not give out a row before it is due', async () => {
    const id = await add('a', clock.nowMs() + 1_000);
    expect(await table.claim(id)).toBeUndefined();
    expect(await table.due(10)).toEqual([]);
    clock.advance(1_000);
    expect((await table.due(10)).map((row) => row.id)).toEqual([id]);
    expect((await table.claim(id))?.id).toBe(id);
  });

  it('frees the row of a worker that died, after its lease', async () => {
    const id = await add('a');
    await table.claim(id);
    expect(await table.due(10)).toEqual([]);
    clock.advance(15_000);
    expect((await table.due(10)).map((row) => row.id)).toEqual([id]);
    expect((await table.claim(id))?.attempts).toBe(2);
  });

  it('does not free the row of a worker that renews its lease', async () => {
    const id = await add('a');
    await table.claim(id);
    clock.advance(10_000);
    await table.renew(id);
    clock.advance(10_000);
    expect(await table.claim(id)).toBeUndefined();
  });

  it('keeps the reason of a failure and waits longer each time', async () => {
    const id = await add('a');
    const fail = () =>
      runner.run(id, async () => {
        throw new Error('the cloud said no\0');
      });
    await fail();
    const first = await stored(id);
    expect(first).toMatchObject({ state: 'due', attempts: 1, last_error: 'the cloud said no' });
    clock.advance(500);
    await fail();
    expect((await stored(id))?.due_at.getTime()).toBe(clock.nowMs() + 1_000);
  });

  it('is failed for good, and visible, when its attempts are used up', async () => {
    const id = await add('a');
    await database.query('UPDATE work SET attempts = 149 WHERE id = $1', [id]);
    await runner.run(id, async () => {
      throw new Error('still no');
    });
    expect(await stored(id)).toMatchObject({ state: 'failed', attempts: 150, last_error: 'still no' });
    expect(await table.claim(id)).toBeUndefined();
  });

  it('runs a row once when its job comes twice', async () => {
    const id = await add('a');
    const runs: WorkRow[] = [];
    const handler = async (row: WorkRow) => {
      runs.push(row);
      await until(() => runs.length > 0);
      return 'done' as const;
    };
    await Promise.all([runner.run(id, handler), runner.run(id, handler), runner.run(id, handler)]);
    await runner.run(id, handler);
    expect(runs).toHaveLength(1);
    expect((await stored(id))?.state).toBe('done');
  });

  it('makes recurring work due again with its attempts forgotten', async () => {
    const id = await add('a');
    await runner.run(id, async () => ({ againAfterMs: 60_000 }));
    expect(await stored(id)).toMatchObject({ state: 'due', attempts: 0 });
    expect(await table.claim(id)).toBeUndefined();
    clock.advance(60_000);
    expect(await table.claim(id)).toBeDefined();
  });
});

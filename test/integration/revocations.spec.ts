import { Bus, Clock, Database, isBefore, Revocations, type UserPrincipal } from '#platform';
import { createDatabase, silentLogger, type TestDatabase, until } from '#testing';

/** What the contract of a bus allows at worst: everything is lost. */
class LosingBus extends Bus {
  async ping(): Promise<void> {}

  publish(): void {}
  async subscribe(): Promise<() => void> {
    return () => {};
  }
  onReconnect(): void {}
  async close(): Promise<void> {}
}

/** Stands until it is moved; its timers run when it is. */
class ManualClock extends Clock {
  readonly scale = 1;
  private ms = Date.parse('2026-05-01T12:00:00Z');
  private timers = new Map<() => void, number>();

  nowMs(): number {
    return this.ms;
  }

  setTimeout(fn: () => void, ms: number): () => void {
    this.timers.set(fn, this.ms + ms);
    return () => this.timers.delete(fn);
  }

  advance(ms: number): void {
    this.ms += ms;
    for (const [fn, dueMs] of [...this.timers]) {
      if (dueMs > this.ms) continue;
      this.timers.delete(fn);
      fn();
    }
  }
}

const user = (userId: string, revocationMark?: number): UserPrincipal => ({
  kind: 'user',
  userId,
  role: 'viewer',
  issuedAtMs: 0,
  expiresAtMs: 0,
  ...(revocationMark === undefined ? {} : { revocationMark }),
});

describe('revocations between two processes whose bus loses everything', () => {
  let testDatabase: TestDatabase;
  let database: Database;
  let clock: ManualClock;
  let here: Revocations;
  let there: Revocations;
  beforeAll(async () => {
    testDatabase = await createDatabase();
    database = new Database(testDatabase.url, { max: 5, applicationName: 'test' }, silentLogger);
    clock = new ManualClock();
    here = new Revocations(database, new LosingBus(), clock);
    there = new Revocations(database, new LosingBus(), clock);
    there.onApplicationBootstrap();
  });
  afterAll(async () => {
    there.onApplicationShutdown();
    await database.close();
    await testDatabase.drop();
  });

  it('are known at once where they were made, and elsewhere within two seconds', async () => {
    expect([await here.isRevoked(user('ann')), await there.isRevoked(user('ann'))]).toEqual([false, false]);
    await here.revoke('ann');
    expect([await here.isRevoked(user('ann')), await there.isRevoked(user('ann'))]).toEqual([true, false]);
    clock.advance(2_000);
    expect(await there.isRevoked(user('ann'))).toBe(true);
  });

  it('are told to whoever holds connections within five seconds', async () => {
    const told = new Map<string, number>();
    const stop = there.onRevoked((userId, mark) => told.set(userId, mark));
    await here.revoke('bob');
    clock.advance(5_000);
    await until(async () => told.has('bob'));
    const mark = await here.currentMark('bob');
    expect(isBefore(user('bob'), told.get('bob') ?? 0)).toBe(true);
    expect(isBefore(user('bob', mark), told.get('bob') ?? 0)).toBe(false);
    stop();
  });

  it('made twice in one moment void what was minted between them', async () => {
    await here.revoke('eve');
    const between = user('eve', await here.currentMark('eve'));
    expect(await here.isRevoked(between)).toBe(false);
    await here.revoke('eve');
    expect(await here.isRevoked(between)).toBe(true);
  });
});

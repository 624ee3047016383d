import { Epoch } from '#live';
import { type Bus, Database, PostgresBus } from '#platform';
import { createDatabase, silentLogger, type TestDatabase } from '#testing';

const WALFILE = 'pg_walfile_name(pg_lsn)';
const CONTROL = 'pg_control_checkpoint()';

describe('the epoch', () => {
  const role = `epoch_${process.pid}`;
  let testDatabase: TestDatabase;
  let owner: Database;
  let bus: Bus;
  const open: Database[] = [];

  const connect = (url: string) => {
    const database = new Database(url, { max: 2, applicationName: 'test' }, silentLogger);
    open.push(database);
    return database;
  };
  /** What an application sees whose role may not do much, as on a managed database. */
  const asRole = () => {
    const url = new URL(testDatabase.url);
    url.username = role;
    url.password = 'x';
    return new Epoch(connect(url.href), bus);
  };

  beforeAll(async () => {
    testDatabase = await createDatabase();
    owner = connect(testDatabase.url);
    bus = new PostgresBus(testDatabase.url, silentLogger);
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    await owner.query(`GRANT SELECT ON installation TO ${role}`);
  });
  afterAll(async () => {
    await owner.query(`DROP OWNED BY ${role}`);
    await owner.query(`DROP ROLE ${role}`);
    await bus.close();
    await Promise.all(open.map((database) => database.close()));
    await testDatabase.drop();
  });

  it('names installation, timeline and counter, and an operator raises the counter', async () => {
    const [row] = await owner.query<{ id: string; timeline: number }>(
      'SELECT id, (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline FROM installation',
    );
    const timeline = row?.timeline.toString(16).toUpperCase().padStart(8, '0');
    const epoch = new Epoch(owner, bus);
    expect(await epoch.current()).toBe(`${row?.id}.${timeline}.0`);
    expect(await epoch.raise()).toBe(`${row?.id}.${timeline}.1`);
  });

  it('does with what the role may call: the other function says the same, without both there is no timeline', async () => {
    const expected = await new Epoch(owner, bus).current();
    expect(await asRole().current()).toBe(expected);
    await owner.query(`REVOKE EXECUTE ON FUNCTION ${WALFILE} FROM PUBLIC`);
    expect(await asRole().current()).toBe(expected);
    await owner.query(`REVOKE EXECUTE ON FUNCTION ${CONTROL} FROM PUBLIC`);
    expect(await asRole().current()).toBe(expected.replace(/\.[0-9A-F]{8}\./, '.00000000.'));
  });
});

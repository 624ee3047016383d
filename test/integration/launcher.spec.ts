import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { signal } from '#platform/process/process-table';
import { until } from '#testing';
import { areGone, LaunchFolder } from './launcher.harness.js';

const isRoot = process.getuid?.() === 0;
// The launcher's watchdog stops the database when gateway and worker have had time to drain.
const WATCHDOG_LIMIT_MS = 20_000;

describe('npm start', () => {
  let folder: LaunchFolder;

  beforeEach(async () => {
    folder = await LaunchFolder.make();
  });
  afterEach(() => folder.remove());

  const asked = async () =>
    (await readFile(path.join(folder.data, 'logs/simulator.log'), 'utf8')).split('\n').filter(Boolean);
  const gatewayPid = async (url: string) => ((await (await fetch(url)).json()) as { pid: number }).pid;

  it('brings everything up, provisions the event route and a key, says so, and leaves nothing behind', async () => {
    const launcher = folder.launch();
    const ready = await launcher.ready();
    expect(launcher.output).toContain(`${ready.gateway}/#key=${ready.apiKey}`);
    const keys = ['apiKey', 'databaseUrl', 'gateway', 'ingestKey', 'reviewKey', 'simulator'];
    expect(Object.keys(ready).sort()).toEqual(keys);
    const route = ['CreateConnection', 'CreateApiDestination', 'PutRule', 'PutTargets'];
    expect(await asked()).toEqual([
      ...route.map((name) => `AWSEvents.${name}`),
      '/ListPublicKeys',
      '/ListPublicKeys',
      '/ImportPublicKey',
    ]);
    for (const file of ['ready.json', 'secrets.json']) expect(await folder.modeOf(file)).toBe(0o600);
    const pids = await folder.pids();
    expect(Object.keys(pids).sort()).toEqual(['gateway', 'postgres', 'simulator', 'worker']);

    expect(await launcher.stop()).toBe(0);
    expect(areGone(pids)).toBe(true);
    await expect(folder.json('ready.json')).rejects.toThrow('ENOENT');
  });

  it('keeps keys and data from start to start', async () => {
    const first = folder.launch();
    const before = await first.ready();
    await first.stop();
    const after = await folder.launch().ready();
    expect([after.apiKey, after.ingestKey, after.reviewKey]).toEqual([
      before.apiKey,
      before.ingestKey,
      before.reviewKey,
    ]);
  });

  it('keeps where scaled time begins, and takes keys from the environment', async () => {
    const env = { STAGEDOOR_CLOCK_SCALE: '20', STAGEDOOR_API_KEY: 'a-key-of-my-own-choice' };
    const first = folder.launch(env);
    expect((await first.ready()).apiKey).toBe(env.STAGEDOOR_API_KEY);
    const { clockOriginMs } = await folder.json<{ clockOriginMs: number }>('launcher.json');
    expect(clockOriginMs).toBeGreaterThan(0);
    await first.stop();
    await folder.launch(env).ready();
    expect(await folder.json('launcher.json')).toMatchObject({ clockOriginMs });
  });

  it('starts after a kill -9 of everything', async () => {
    const launcher = folder.launch();
    await launcher.ready();
    const pids = await folder.pids();
    await launcher.kill('SIGKILL');
    for (const pid of Object.values(pids)) signal(pid, 'SIGKILL');
    await folder.launch().ready();
  });

  it('starts at once after a kill -9 of itself alone, beside what it left running', async () => {
    const launcher = folder.launch();
    await launcher.ready();
    const left = await folder.pids();
    await launcher.kill('SIGKILL');
    await folder.launch().ready();
    expect(areGone(left)).toBe(true);
  });

  it('takes everything with it when it is killed, and is not followed by another start', async () => {
    const launcher = folder.launch();
    await launcher.ready();
    const left = await folder.pids();
    await launcher.kill('SIGKILL');
    await until(() => areGone(left), { timeoutMs: WATCHDOG_LIMIT_MS, what: 'the end of everything' });
  });

  it('starts a part that died again, on the port that it had', async () => {
    const launcher = folder.launch();
    const { gateway } = await launcher.ready();
    const pids = await folder.pids();
    for (const name of ['gateway', 'worker', 'simulator', 'postgres']) signal(pids[name] ?? 0, 'SIGKILL');
    await until(async () => (await gatewayPid(gateway)) !== pids.gateway, { what: 'the new gateway' });
    await until(async () => (await asked()).filter((name) => name.endsWith('PutTargets')).length === 2, {
      what: 'the provisioning of the new simulator',
    });
    await until(async () => Object.entries(await folder.pids()).every(([name, pid]) => pid !== pids[name]), {
      what: 'all new processes',
    });
    expect(await launcher.stop()).toBe(0);
  });

  it('refuses a second start on the same data folder and leaves the first alone', async () => {
    const first = folder.launch();
    await first.ready();
    const second = folder.launch();
    expect(await second.exited).toBe(1);
    expect(second.output).toContain('already');
    await folder.json('ready.json');
    await fetch((await first.ready()).gateway);
  });

  it('makes the database anew when its making was cut short', async () => {
    const unfinished = path.join(folder.data, 'postgres.new-x1');
    await mkdir(unfinished, { recursive: true });
    await writeFile(path.join(unfinished, 'PG_VERSION'), '18\n');
    await folder.launch().ready();
    await expect(readFile(path.join(unfinished, 'PG_VERSION'))).rejects.toThrow('ENOENT');
  });

  it("is not confused by a stale lock file that names somebody else's process", async () => {
    const first = folder.launch();
    await first.ready();
    const lock = path.join(folder.data, 'postgres/postmaster.pid');
    const text = await readFile(lock, 'utf8');
    await first.stop();
    await writeFile(lock, text.replace(/^\d+/, String(process.pid)));
    await folder.launch().ready();
  });

  it('starts on a data folder that was copied away and back', async () => {
    const first = folder.launch();
    await first.ready();
    await first.stop();
    const copy = `${folder.data}.copy`;
    await cp(folder.data, copy, { recursive: true });
    await rm(folder.data, { recursive: true });
    await rename(copy, folder.data);
    await folder.launch().ready();
  });

  it('names the port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const launcher = folder.launch({ PORT: String(port) });
    expect(await launcher.exited).toBe(1);
    expect(launcher.output).toContain(`Port ${port} is taken`);
    server.close();
  });

  it('lists every bad variable before it starts anything', async () => {
    const launcher = folder.launch({ PORT: 'x', LOG_LEVEL: 'loud', STAGEDOOR_CLOCK_SCALE: '-1' });
    expect(await launcher.exited).toBe(1);
    for (const name of ['PORT', 'LOG_LEVEL', 'STAGEDOOR_CLOCK_SCALE']) expect(launcher.output).toContain(`${name}: `);
  });

  it('makes up nothing in production', async () => {
    const launcher = folder.launch({ NODE_ENV: 'production' });
    expect(await launcher.exited).toBe(1);
    for (const name of ['DATABASE_URL', 'STAGEDOOR_API_KEY', 'AWS_MODE']) expect(launcher.output).toContain(name);
  });
});

(isRoot ? describe : describe.skip)('npm start as root, below a folder that only root may enter', () => {
  it('runs, and keeps its data there', async () => {
    const folder = await LaunchFolder.make(0o700);
    try {
      const launcher = folder.launch();
      await launcher.ready();
      expect(await readFile(path.join(folder.data, 'postgres/PG_VERSION'), 'utf8')).toMatch(/^\d+/);
      expect(await launcher.stop()).toBe(0);
    } finally {
      await folder.remove();
    }
  });
});

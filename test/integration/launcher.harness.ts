import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Env } from '#platform';
import { isAlive } from '#platform/process/process-table';
import { until } from '#testing';

const APPS = ['simulator', 'worker', 'gateway'];
const START_LIMIT_MS = 20_000;
const STOP_LIMIT_MS = 20_000;

// Set, if to nothing: a developer's .env must not reach a test.
const defaults = Object.fromEntries(Object.keys(Env.shape).map((name) => [name, '']));

/** A checkout of its own with the real launcher, a real Postgres, and stand-ins for the three apps. */
export class LaunchFolder {
  private readonly launchers: Launcher[] = [];

  private constructor(
    readonly root: string,
    private readonly base: string,
  ) {}

  /** @param baseMode of the folder above: 0o700 is one that Postgres' user cannot enter */
  static async make(baseMode = 0o755): Promise<LaunchFolder> {
    const base = await mkdtemp(path.join(tmpdir(), 'stagedoor-launch-'));
    await chmod(base, baseMode);
    const root = path.join(base, 'checkout');
    for (const app of APPS) {
      const folder = path.join(root, `dist/apps/${app}/src`);
      await mkdir(folder, { recursive: true });
      await cp('test/fixtures/launcher/child.mjs', path.join(folder, 'main.js'));
    }
    await writeFile(path.join(root, 'package.json'), '{"type":"module"}');
    await mkdir(path.join(root, 'scripts'));
    const migrations = path.resolve('scripts/migrate.mjs');
    await writeFile(path.join(root, 'scripts/migrate.mjs'), `export { deploy } from ${JSON.stringify(migrations)};`);
    return new LaunchFolder(root, base);
  }

  get data(): string {
    return path.join(this.root, '.stagedoor');
  }

  launch(env: Record<string, string> = {}): Launcher {
    const launcher = new Launcher(this.root, env);
    this.launchers.push(launcher);
    return launcher;
  }

  async json<T>(name: string): Promise<T> {
    return JSON.parse(await readFile(path.join(this.data, name), 'utf8')) as T;
  }

  async modeOf(name: string): Promise<number> {
    return (await stat(path.join(this.data, name))).mode & 0o777;
  }

  /** Children and the database: everything that the launcher started and noted. */
  async pids(): Promise<Record<string, number>> {
    const { pids } = await this.json<{ pids: Record<string, number> }>('running.json');
    const lock = await readFile(path.join(this.data, 'postgres/postmaster.pid'), 'utf8');
    return { ...pids, postgres: Number(lock.split('\n')[0]) };
  }

  async remove(): Promise<void> {
    for (const launcher of this.launchers) await launcher.stop();
    await rm(this.base, { recursive: true, force: true });
  }
}

export class Launcher {
  output = '';
  readonly exited: Promise<number | null>;
  private readonly process: ChildProcess;
  private readonly data: string;

  /** @param root a checkout; the real one with a `STAGEDOOR_DATA_DIR` of the test's own */
  constructor(root: string, env: Record<string, string>) {
    this.data = path.resolve(root, env.STAGEDOOR_DATA_DIR ?? '.stagedoor');
    this.process = spawn(process.execPath, [path.resolve('dist/apps/launcher/src/main.js')], {
      cwd: root,
      env: { ...defaults, PATH: process.env.PATH, PORT: '0', SIMULATOR_PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.on('data', (text) => {
        this.output += String(text);
      });
    }
    this.exited = new Promise((resolve) => this.process.once('exit', resolve));
  }

  /** @returns ready.json. @throws with what it printed, when it ends instead */
  async ready(): Promise<Record<'gateway' | 'simulator' | 'apiKey' | 'ingestKey' | 'reviewKey', string>> {
    await until(
      () => {
        if (this.process.exitCode !== null) return true;
        return this.output.includes('Ctrl-C stops everything');
      },
      { timeoutMs: START_LIMIT_MS, what: 'the banner' },
    );
    if (this.process.exitCode !== null) throw new Error(this.output);
    return JSON.parse(await readFile(path.join(this.data, 'ready.json'), 'utf8'));
  }

  kill(signal: NodeJS.Signals): Promise<number | null> {
    this.process.kill(signal);
    return this.exited;
  }

  /** @returns the exit code */
  async stop(): Promise<number | null> {
    this.process.kill('SIGTERM');
    const killer = setTimeout(() => this.process.kill('SIGKILL'), STOP_LIMIT_MS);
    const code = await this.exited;
    clearTimeout(killer);
    return code;
  }
}

export const areGone = (pids: Record<string, number>) => Object.values(pids).every((pid) => !isAlive(pid));

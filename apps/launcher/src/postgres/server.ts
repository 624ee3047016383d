import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { backoffMs } from '#platform/process/supervisor';
import { LaunchError } from '../launch.error.js';
import type { Binaries } from './binaries.js';
import { DATABASE_USER, dataPath, POSTGRES_ENV } from './cluster.js';
import type { Owner } from './owner.js';
import { guard } from './watchdog.js';

export interface ServerOptions {
  folder: string;
  owner: Owner;
  binaries: Binaries;
  port: number;
  password: string;
  logFile: string;
  /** Settings beside ours, `name=value`. */
  settings?: string[];
  onDeath?: (reason: string) => void;
}

const DATABASE = 'stagedoor';
const SETTINGS = [
  'listen_addresses=127.0.0.1',
  // No socket files to be left behind, and a path that is too long for one does not matter.
  'unix_socket_directories=',
  // Gateway and worker hold up to about 50 each; room for several of both and for people's own tools.
  'max_connections=200',
  'timezone=UTC',
  'log_timezone=UTC',
];
// After a crash it replays its log first, which can take a while on a slow disk.
const START_LIMIT_MS = 60_000;
const FORGIVEN_AFTER_MS = 60_000;
const LOOK_EVERY_MS = 25;
// A fast shutdown takes tens of milliseconds; a second is the checkpoint of a busy database.
const STOP_LIMIT_MS = 10_000;

/** The embedded Postgres: started, started again when it dies, stopped last. */
export class PostgresServer {
  private process: ChildProcess | undefined;
  private isStopping = false;
  private deaths = 0;

  constructor(private readonly options: ServerOptions) {}

  get url(): string {
    return this.urlOf(DATABASE);
  }

  /** @returns when it answers queries. @throws LaunchError with the end of its log */
  async start(): Promise<void> {
    const running = this.spawn();
    const ended = new Promise<string>((resolve) => {
      running.once('exit', (code, signal) => resolve(signal ?? `exit ${code}`));
      running.once('error', (error) => resolve(error.message));
    });
    try {
      await this.untilAnswering(ended);
    } catch (error) {
      running.kill('SIGQUIT');
      throw error;
    }
    const answeredAtMs = performance.now();
    void ended.then(() => {
      if (performance.now() - answeredAtMs > FORGIVEN_AFTER_MS) this.deaths = 0;
    });
    void ended.then((reason) => this.restart(reason));
  }

  /** Fast shutdown: nobody is waited for, everything committed stays. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const running = this.process;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGINT');
    const impatience = setTimeout(() => running.kill('SIGQUIT'), STOP_LIMIT_MS);
    await exited;
    clearTimeout(impatience);
  }

  private urlOf(database: string): string {
    const { port, password } = this.options;
    return `postgresql://${DATABASE_USER}:${password}@127.0.0.1:${port}/${database}`;
  }

  private spawn(): ChildProcess {
    const { folder, owner, binaries, port, logFile, settings = [] } = this.options;
    // To a file, not to us: it must be able to log when we are gone.
    const log = openSync(logFile, 'a', 0o600);
    const flags = [...SETTINGS, ...settings].flatMap((setting) => ['-c', setting]);
    this.process = spawn(
      path.join(binaries.folder, 'bin/postgres'),
      ['-D', dataPath(folder, owner), '-p', String(port), ...flags],
      // Its own group: Ctrl-C would stop it while the others still drain.
      { ...owner, cwd: folder, env: POSTGRES_ENV, stdio: ['ignore', log, log], detached: true },
    );
    closeSync(log);
    guard(this.process, folder, owner);
    return this.process;
  }

  private async untilAnswering(ended: Promise<string>): Promise<void> {
    let reason: string | undefined;
    void ended.then((ending) => {
      reason = ending;
    });
    for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
      if (reason !== undefined) {
        throw new LaunchError(`The embedded Postgres ended (${reason}) while it started; see ${this.options.logFile}`);
      }
      const problem = await this.openDatabase();
      if (!problem) return;
      if (problem.code === '28P01') {
        throw new LaunchError(
          `The embedded database refuses the password in secrets.json: was that file replaced? Put it back beside ${this.options.folder}.`,
        );
      }
      if (waitedMs >= START_LIMIT_MS) {
        throw new LaunchError(`The embedded Postgres does not answer: ${problem.message}; see ${this.options.logFile}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  /** Connects, and makes our database if there is none yet. @returns what is in the way */
  private async openDatabase(): Promise<(Error & { code?: string }) | undefined> {
    const client = new pg.Client({ connectionString: this.urlOf('postgres') });
    // The end of a connection that is refused half-way is told twice: by connect() and by this event.
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
      if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
      return undefined;
    } catch (error) {
      return error as Error;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async restart(reason: string): Promise<void> {
    while (!this.isStopping) {
      this.deaths += 1;
      this.options.onDeath?.(reason);
      await new Promise((resolve) => setTimeout(resolve, backoffMs(this.deaths)));
      if (this.isStopping) return;
      try {
        return await this.start();
      } catch (error) {
        reason = error instanceof Error ? error.message : String(error);
      }
    }
  }
}

// The servers that tests and benches need, started for one run: an embedded Postgres and a redis-server.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const REDIS_LIMIT_MS = 5_000;

/** One run's servers in a folder of their own; `stop` leaves nothing behind. */
export class Servers {
  #cleanups = [];

  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'stagedoor-run-'));
    this.#cleanups.push(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /**
   * TEST_DATABASE_URL: that one instead. Needs the built launcher.
   * @param {string[]} settings for postgresql.conf
   * @returns {Promise<string>} its URL
   */
  async startPostgres(settings) {
    if (process.env.TEST_DATABASE_URL) return process.env.TEST_DATABASE_URL;
    const { startEmbeddedPostgres } = await import('../dist/apps/launcher/src/postgres/embedded-postgres.js');
    const { server } = await startEmbeddedPostgres({
      folder: path.join(this.folder, 'postgres'),
      password: 'test',
      logFile: path.join(this.folder, 'postgres.log'),
      settings,
    });
    this.#cleanups.unshift(() => server.stop());
    return server.url;
  }

  /** TEST_REDIS_URL: that one instead. @returns {Promise<string | undefined>} undefined where there is no redis-server */
  async startRedis() {
    if (process.env.TEST_REDIS_URL) return process.env.TEST_REDIS_URL;
    const { freePort } = await import('../dist/libs/platform/src/process/ports.js');
    const port = await freePort();
    const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', this.folder];
    const server = spawn('redis-server', ['--port', String(port), ...settings], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const isUp = await Promise.race([
      new Promise((resolve) => {
        server.once('error', () => resolve(false));
        server.once('exit', () => resolve(false));
        server.stdout?.on('data', (text) => text.includes('Ready to accept connections') && resolve(true));
      }),
      sleep(REDIS_LIMIT_MS, false, { ref: false }),
    ]);
    if (!isUp) return undefined;
    this.#cleanups.unshift(() => server.kill('SIGKILL'));
    return `redis://127.0.0.1:${port}`;
  }

  async stop() {
    while (this.#cleanups.length > 0) await this.#cleanups.shift()();
  }
}

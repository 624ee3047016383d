import { type ChildProcess, spawn } from 'node:child_process';
import { DRAIN_LIMIT_MS } from '#platform/process/supervised';
import { POSTGRES_ENV } from './cluster.js';
import type { Owner } from './owner.js';

// Gateway and worker notice by themselves that `npm start` is gone, and need the database while they drain.
const GRACE_SECONDS = DRAIN_LIMIT_MS / 1_000 + 2;
// Its input ends when we do, however we ended. By then another start may have put another Postgres there.
const SCRIPT = `
  while read -r _; do :; done
  sleep ${GRACE_SECONDS}
  read -r current <postmaster.pid && [ "$current" = "$1" ] && kill -INT "$1"`;

/** Stops that Postgres after we were killed, since nothing in Postgres itself asks for its parent. */
export function guard(postgres: ChildProcess, folder: string, owner: Owner): void {
  if (process.platform === 'win32' || postgres.pid === undefined) return;
  const watchdog = spawn('/bin/sh', ['-c', SCRIPT, 'stagedoor-watchdog', String(postgres.pid)], {
    ...owner,
    cwd: folder,
    env: POSTGRES_ENV,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => undefined);
  watchdog.stdin.on('error', () => undefined);
  watchdog.unref();
  const dismiss = () => {
    // The whole group: the shell may be waiting for its `sleep`.
    if (watchdog.pid && watchdog.exitCode === null) process.kill(-watchdog.pid, 'SIGKILL');
  };
  postgres.once('exit', dismiss);
}

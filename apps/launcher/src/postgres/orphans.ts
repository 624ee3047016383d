import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { commandLineOf, isGoneWithin, signal } from '#platform/process/process-table';
import { LaunchError } from '../launch.error.js';

// A fast shutdown writes one checkpoint; an immediate one writes nothing.
const FAST_LIMIT_MS = 30_000;
const IMMEDIATE_LIMIT_MS = 5_000;

/**
 * Stops what an earlier, killed start left running on these files, and removes its lock file: Postgres itself would
 * refuse to start when another program has the recorded process id by now.
 */
export async function stopOrphans(folder: string): Promise<void> {
  const home = await realpath(folder).catch(() => folder);
  const recorded = await recordedPostmaster(home);
  if (recorded !== undefined) await stop(recorded);
  // Without its postmaster a backend in the middle of a long query can live on for a while and holds shared memory.
  for (const pid of await processesIn(home)) await stop(pid);
  await rm(path.join(folder, 'postmaster.pid'), { force: true });
}

/** The postmaster of the lock file, if that is what runs under its id. */
async function recordedPostmaster(home: string): Promise<number | undefined> {
  const lock = await readFile(path.join(home, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(lock.split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 1) return undefined;
  return (await isPostgresIn(pid, home)) ? pid : undefined;
}

async function isPostgresIn(pid: number, home: string): Promise<boolean> {
  const command = await commandLineOf(pid);
  if (!command.includes('postgres')) return false;
  if (process.platform !== 'linux') return command.includes(home);
  return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === home;
}

async function processesIn(home: string): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1);
  const found = await Promise.all(pids.map(async (pid) => ((await isPostgresIn(pid, home)) ? [pid] : [])));
  return found.flat();
}

async function stop(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await isGoneWithin(pid, FAST_LIMIT_MS)) return;
  signal(pid, 'SIGQUIT');
  if (await isGoneWithin(pid, IMMEDIATE_LIMIT_MS)) return;
  signal(pid, 'SIGKILL');
  if (await isGoneWithin(pid, IMMEDIATE_LIMIT_MS)) return;
  throw new LaunchError(`A Postgres of an earlier start (process ${pid}) cannot be stopped.`);
}

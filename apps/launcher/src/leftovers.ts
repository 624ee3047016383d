import { commandLineOf, isGoneWithin, signal } from '#platform/process/process-table';
import { DRAIN_LIMIT_MS } from '#platform/process/supervised';
import type { DataFolder } from './data-folder.js';

const FILE = 'running.json';
const OUR_PROCESS = /apps\/(gateway|worker|simulator)\/src\/main\.js/;
const KILL_LIMIT_MS = 5_000;

interface Running {
  pids: Record<string, number>;
}

/** Remembers which processes run, so that a start after a kill -9 of `npm start` alone does not trip over them. */
export class RunningProcesses {
  private readonly pids: Record<string, number> = {};
  private writing: Promise<void> = Promise.resolve();

  constructor(private readonly folder: DataFolder) {}

  note(name: string, pid: number | undefined): void {
    if (pid === undefined) return;
    this.pids[name] = pid;
    this.writing = this.writing.then(() => this.folder.write(FILE, { pids: this.pids })).catch(() => undefined);
  }

  async forget(): Promise<void> {
    await this.writing;
    await this.folder.remove(FILE);
  }
}

/** They notice our end themselves and drain; here they are waited for, and killed when that takes too long. */
export async function stopLeftovers(folder: DataFolder): Promise<void> {
  await folder.remove('ready.json');
  const { pids = {} } = (await folder.read<Running>(FILE).catch(() => undefined)) ?? {};
  await Promise.all(Object.values(pids).map(stopLeftover));
  await folder.remove(FILE);
}

async function stopLeftover(pid: number): Promise<void> {
  if (!OUR_PROCESS.test(await commandLineOf(pid))) return;
  // Already draining for the lost supervisor, it would take a SIGTERM for impatience and drop what it does.
  if (await isGoneWithin(pid, DRAIN_LIMIT_MS)) return;
  signal(pid, 'SIGKILL');
  await isGoneWithin(pid, KILL_LIMIT_MS);
}

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { platform } from 'node:process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A zombie is dead: in a container whose first process reaps nobody they stay for ever. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    // Somebody else's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isZombie(pid: number): boolean {
  if (platform !== 'linux') return false;
  try {
    // "pid (name) state …", and the name may hold anything.
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** The command line of a process, '' when there is none: process ids are used again, so ask before signalling. */
export async function commandLineOf(pid: number): Promise<string> {
  try {
    if (platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
    return (await run('ps', ['-p', String(pid), '-o', 'command='])).stdout.trim();
  } catch {
    return '';
  }
}

/** Signals a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const LOOK_EVERY_MS = 50;

/** @returns whether the process is gone within `limitMs` */
export async function isGoneWithin(pid: number, limitMs: number): Promise<boolean> {
  for (let waitedMs = 0; isAlive(pid); waitedMs += LOOK_EVERY_MS) {
    if (waitedMs >= limitMs) return false;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return true;
}

import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';
import path from 'node:path';

// pino's levels.
const WARN = 40;
const ERROR = 50;
const KEPT_BYTES = 20 * 1024 * 1024;

/** Writes what a process prints to `<logs>/<name>.log`, and shows people its warnings and errors. */
export function logTo(folder: string, name: string, show: (line: string) => void): (line: string) => void {
  const file = openLog(folder, name);
  return (line) => {
    file.write(`${line}\n`);
    const readable = forPeople(line);
    if (readable) show(`${name.padEnd(9)} ${readable}`);
  };
}

/** One line of pino's JSON as a person reads it; undefined for what is only of interest in the file. */
export function forPeople(line: string): string | undefined {
  if (line === '') return undefined;
  if (!line.startsWith('{')) return line;
  try {
    const entry = JSON.parse(line) as { level?: number; msg?: string; err?: { message?: string } };
    if ((entry.level ?? 0) < WARN) return undefined;
    const label = (entry.level ?? 0) >= ERROR ? 'error' : 'warning';
    return `${label}: ${entry.msg ?? ''}${entry.err?.message ? ` (${entry.err.message})` : ''}`;
  } catch {
    return line;
  }
}

function openLog(folder: string, name: string): WriteStream {
  const file = path.join(folder, `${name}.log`);
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > KEPT_BYTES) renameSync(file, `${file}.1`);
  return createWriteStream(file, { flags: 'a', mode: 0o600 });
}

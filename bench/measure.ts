import { execFileSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

/** The p-th percentile of unsorted numbers, nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
}

export const now = () => performance.now();

/** A row of a table on standard output. */
export function row(cells: (string | number)[], widths: number[]): void {
  console.log(cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 10)).join(' '));
}

/** Runs a process on one core, so that load and server do not share one. Linux only; elsewhere the scheduler decides. */
export function pin(pid: number, core: number): void {
  try {
    execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
  } catch {
    console.log(`(process ${pid} could not be pinned to core ${core})`);
  }
}

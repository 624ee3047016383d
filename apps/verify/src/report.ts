import type { Finding, Report, Status } from './verify.js';

const STATUSES: readonly Status[] = ['confirmed', 'refuted', 'not testable here'];
const WIDTH = Math.max(...STATUSES.map((status) => status.length));

/** One line a finding, and one more for what AWS did or why it was not asked, where that says something. */
export function describeFinding({ name, claim, status, detail }: Finding): string {
  const first = `${status.padEnd(WIDTH)}  ${name}: ${claim}`;
  if (status === 'confirmed') return first;
  return `${first}\n${' '.repeat(WIDTH)}  ${status === 'refuted' ? 'seen' : 'why'}: ${detail}`;
}

export function summarize({ findings, made, left }: Report): string {
  const count = (status: Status) => findings.filter((finding) => finding.status === status).length;
  const counts = STATUSES.map((status) => `${count(status)} ${status}`).join(', ');
  const kept = left.map((one) => `\n  ${one}`).join('');
  return left.length === 0
    ? `${counts}. Everything that was made (${made}) is deleted.`
    : `${counts}. Of what was made (${made}), this could not be deleted:${kept}`;
}

/** Distinct from "something was refuted": nothing was asked, or nothing answered. */
export const NOT_RUN = 2;

/** 0 when something was confirmed, nothing refuted and nothing left behind. */
export function exitCodeOf({ findings, left }: Report): number {
  if (left.length > 0 || findings.some(({ status }) => status === 'refuted')) return 1;
  return findings.some(({ status }) => status === 'confirmed') ? 0 : NOT_RUN;
}

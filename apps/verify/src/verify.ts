import { Account, type AccountOptions } from './account.js';
import type { Check } from './check.js';
import { CHECKS, UNTESTABLE } from './checks/checks.js';
import { Untestable } from './verdict.js';

export type Status = 'confirmed' | 'refuted' | 'not testable here';

export interface Finding {
  name: string;
  claim: string;
  status: Status;
  /** What AWS did, or why it cannot be asked. */
  detail: string;
}

export interface Report {
  findings: Finding[];
  made: number;
  /** What could not be deleted, with the reason. */
  left: string[];
}

export interface VerifyOptions extends AccountOptions {
  /** Names of checks, or their beginnings; all when left out. */
  only?: string[];
  onFinding?: (finding: Finding) => void;
  /** Asks no more, and deletes what was made. */
  signal?: AbortSignal;
}

/** Asks the account everything, one check after the other, and deletes what that took, however it ends. */
export async function verify({ only, onFinding, signal, ...options }: VerifyOptions): Promise<Report> {
  const account = new Account(options);
  const isAsked = ({ name }: { name: string }) => !only || only.some((start) => name.startsWith(start));
  const findings: Finding[] = [];
  let left: string[] = [];
  const tell = (finding: Finding) => {
    findings.push(finding);
    onFinding?.(finding);
  };
  try {
    for (const check of CHECKS.filter(isAsked)) {
      if (signal?.aborted) break;
      tell(await examine(check, account));
    }
    for (const { name, claim, why } of UNTESTABLE.filter(isAsked)) {
      tell({ name, claim, status: 'not testable here', detail: why });
    }
  } finally {
    left = await account.belongings.removeAll();
    account.close();
  }
  return { findings, made: account.belongings.made, left };
}

async function examine({ name, claim, ask }: Check, account: Account): Promise<Finding> {
  try {
    const { isConfirmed, seen } = await ask(account);
    return { name, claim, status: isConfirmed ? 'confirmed' : 'refuted', detail: seen };
  } catch (error) {
    if (error instanceof Untestable) return { name, claim, status: 'not testable here', detail: error.message };
    const { name: kind, message } = error instanceof Error ? error : new Error(String(error));
    // The SDK reads AWS's answers by AWS's own model: what it cannot read is not as the model says.
    const isUnreadable = error instanceof TypeError || error instanceof SyntaxError;
    const detail = `${kind}: ${message}`;
    return { name, claim, status: isUnreadable ? 'refuted' : 'not testable here', detail };
  }
}

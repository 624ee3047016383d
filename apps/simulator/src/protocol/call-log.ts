import type { ServiceName } from './operation.js';

/** One call that the cloud received, as `GET /_control/calls` shows it. */
export interface Call {
  seq: number;
  time: string;
  service: ServiceName;
  operation: string;
  region?: string;
  parameters: unknown;
  status: number;
  answer: unknown;
}

// Enough for the longest rehearsal; with answers cut at 4 KB it stays below 20 MB.
const KEPT_CALLS = 5_000;
const LONGEST_ANSWER = 4_096;

/** The last calls, oldest first. Not kept over a restart: it tells what this process was asked. */
export class CallLog {
  private calls: Call[] = [];
  private seq = 0;

  record(call: Omit<Call, 'seq'>): void {
    this.calls.push({
      ...call,
      seq: ++this.seq,
      parameters: shorten(call.parameters),
      answer: shorten(call.answer),
    });
    // Cutting in large steps keeps the cost of a call constant.
    if (this.calls.length >= 2 * KEPT_CALLS) this.calls = this.calls.slice(-KEPT_CALLS);
  }

  find(operation?: string, after = 0): Call[] {
    return this.calls
      .slice(-KEPT_CALLS)
      .filter((call) => call.seq > after && (operation === undefined || call.operation === operation));
  }

  clear(): void {
    this.calls = [];
  }
}

function shorten(value: unknown): unknown {
  if (value === undefined) return null;
  const text = JSON.stringify(value);
  return text.length <= LONGEST_ANSWER ? value : { truncated: text.slice(0, LONGEST_ANSWER) };
}

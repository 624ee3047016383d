import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { IVSRealTimeClient } from '@aws-sdk/client-ivs-realtime';
import type { IvschatClient } from '@aws-sdk/client-ivschat';
import type { Clock } from '#platform';

// IVS's default quotas are 5 calls a second an operation, and 3 for public keys.
const PAUSE_MS = 250;
const PUBLIC_KEY_PAUSE_MS = 400;
// Others may be using the account.
const ATTEMPTS = 4;
const THROTTLE_PAUSE_MS = 1_000;

/** Keeps each operation below its quota and comes back when AWS throttles, so that a check sees what it asked about. */
export class Pace {
  private readonly nextMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  apply(client: IVSRealTimeClient | IvschatClient | EventBridgeClient): void {
    // The stacks differ in the types of inputs and outputs only, which pass through.
    const stack = client.middlewareStack as unknown as IVSRealTimeClient['middlewareStack'];
    stack.add(
      (next, context) => async (args) => {
        for (let attempt = 1; ; attempt += 1) {
          await this.turn(context.commandName ?? '');
          try {
            return await next(args);
          } catch (error) {
            if (attempt === ATTEMPTS || !isThrottled(error)) throw error;
            await this.clock.sleep(THROTTLE_PAUSE_MS * attempt);
          }
        }
      },
      { step: 'initialize', name: 'verifyPace' },
    );
  }

  private async turn(operation: string): Promise<void> {
    const nowMs = this.clock.nowMs();
    const turnMs = Math.max(nowMs, this.nextMs.get(operation) ?? 0);
    this.nextMs.set(operation, turnMs + (operation.includes('PublicKey') ? PUBLIC_KEY_PAUSE_MS : PAUSE_MS));
    if (turnMs > nowMs) await this.clock.sleep(turnMs - nowMs);
  }
}

export const isThrottled = (error: unknown): boolean => error instanceof Error && /Throttl|TooMany/.test(error.name);

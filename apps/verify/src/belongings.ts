import type { Clock } from '#platform';
import { isAwsException } from './refusal.js';

// AWS answers 409 while something else happens to a resource.
const ROUNDS = 2;
const ROUND_PAUSE_MS = 2_000;

/** What a run made, and how to delete it. */
export class Belongings {
  private readonly present = new Map<string, () => Promise<unknown>>();
  private count = 0;

  constructor(private readonly clock: Clock) {}

  /** How many things were made in all. */
  get made(): number {
    return this.count;
  }

  add(arn: string, remove: () => Promise<unknown>): void {
    this.count += 1;
    this.present.set(arn, remove);
  }

  async remove(arn: string): Promise<void> {
    await this.present.get(arn)?.();
    this.present.delete(arn);
  }

  /** Deletes all, the latest first. @returns what could not be deleted, with the reason */
  async removeAll(): Promise<string[]> {
    for (let round = 1; ; round += 1) {
      const left = await this.removeOnce();
      if (left.length === 0 || round === ROUNDS) return left;
      await this.clock.sleep(ROUND_PAUSE_MS);
    }
  }

  private async removeOnce(): Promise<string[]> {
    const left: string[] = [];
    for (const arn of [...this.present.keys()].reverse()) {
      try {
        await this.remove(arn);
      } catch (error) {
        // A check, or DeleteStage, was quicker.
        if (isAwsException(error) && error.$metadata.httpStatusCode === 404) this.present.delete(arn);
        else left.push(`${arn}: ${error instanceof Error ? error.name : String(error)}`);
      }
    }
    return left;
  }
}

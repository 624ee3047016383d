import { isAwsException } from './refusal.js';

/** What a run made, and how to delete it. */
export class Belongings {
  private readonly present = new Map<string, () => Promise<unknown>>();
  private count = 0;

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
    const left: string[] = [];
    for (const arn of [...this.present.keys()].reverse()) {
      await this.remove(arn).catch((error: unknown) => {
        const isGone = isAwsException(error) && error.$metadata.httpStatusCode === 404;
        if (!isGone) left.push(`${arn}: ${error instanceof Error ? error.name : String(error)}`);
      });
    }
    return left;
  }
}

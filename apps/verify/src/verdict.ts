/** What an account said to one claim. `seen` is what it did, in words, for whoever has to decide what follows. */
export interface Verdict {
  isConfirmed: boolean;
  seen: string;
}

export const verdict = (isConfirmed: boolean, seen: unknown): Verdict => ({
  isConfirmed,
  seen: typeof seen === 'string' ? seen : JSON.stringify(seen),
});

/** What cannot be asked in this account, or without a device: neither confirmed nor refuted. */
export class Untestable extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'Untestable';
  }
}

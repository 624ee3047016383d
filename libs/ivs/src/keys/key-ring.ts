import type { KeyObject } from 'node:crypto';
import type { Clock, Logger } from '#platform';
import type { PrivateKeys } from './private-keys.js';
import type { KeyRecord, PublicKeyRepository } from './public-key.repository.js';
import { signingKey, stateOf } from './rotation.policy.js';
import type { SigningKey } from './token-signer.js';

interface LoadedKey extends KeyRecord {
  privateKey: undefined;
  key: KeyObject;
}

interface LoadedRegion {
  freshUntilMs: number;
  keys: Promise<LoadedKey[]>;
}

// Real time. A new key waits a minute before it signs, so this is soon enough; an operator who withdraws one waits it out.
const FRESH_MS = 2_000;
// A promise is renewed every few minutes of issuing rather than for every token.
const RESERVE_AHEAD_MS = 300_000;

/** The keys that this process signs with, read from the database every two seconds. */
export class KeyRing {
  private readonly regions = new Map<string, LoadedRegion>();
  private readonly reserved = new Map<string, { untilMs: number; pending?: Promise<number | undefined> }>();
  private readonly complained = new Set<string>();

  constructor(
    private readonly repository: PublicKeyRepository,
    private readonly privateKeys: PrivateKeys,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  /**
   * The key that signs in the region now, promised to stay as long as a token that lives until then.
   * @returns undefined when there is none: tokens come from the API
   */
  async keyFor(region: string, expiresAtMs: number): Promise<SigningKey | undefined> {
    const key = signingKey(await this.load(region), this.clock.nowMs());
    if (!key) return undefined;
    if (await this.reserve(key.arn, expiresAtMs)) return { arn: key.arn, privateKey: key.key };
    // Its deletion began since it was read: what is true now is read again, by whoever asks next too.
    this.regions.delete(region);
    const next = signingKey(await this.load(region), this.clock.nowMs());
    if (!next || !(await this.reserve(next.arn, expiresAtMs))) return undefined;
    return { arn: next.arn, privateKey: next.key };
  }

  private load(region: string): Promise<LoadedKey[]> {
    const known = this.regions.get(region);
    if (known && known.freshUntilMs > this.clock.nowMs()) return known.keys;
    const keys = this.read(region);
    this.regions.set(region, { freshUntilMs: this.clock.nowMs() + FRESH_MS * this.clock.scale, keys });
    keys.catch(() => this.regions.delete(region));
    return keys;
  }

  private async read(region: string): Promise<LoadedKey[]> {
    const records = await this.repository.list(region);
    const alive = records.filter((record) => stateOf(record, this.clock.nowMs()) !== 'deleted');
    const loaded = await Promise.all(alive.map((record) => this.open(record)));
    return loaded.filter((key) => key !== undefined);
  }

  /** A key that cannot be opened signs nothing: tokens come from the API, slower and under its quota. */
  private async open(record: KeyRecord): Promise<LoadedKey | undefined> {
    try {
      const key = await this.privateKeys.open(record);
      this.complained.delete(record.arn);
      return { ...record, privateKey: undefined, key };
    } catch (error) {
      const { arn } = record;
      if (!this.complained.has(arn)) this.logger.error({ err: error, arn }, 'this process cannot sign with a key');
      this.complained.add(arn);
      return undefined;
    }
  }

  private async reserve(arn: string, untilMs: number): Promise<boolean> {
    const known = this.reserved.get(arn) ?? { untilMs: 0 };
    if (known.untilMs >= untilMs) return true;
    const pending = known.pending ?? this.repository.reserve(arn, untilMs + RESERVE_AHEAD_MS);
    // Whoever comes meanwhile waits for the same answer.
    this.reserved.set(arn, { ...known, pending });
    let answer: number | undefined;
    try {
      answer = await pending;
    } finally {
      if (this.reserved.get(arn)?.pending === pending) this.reserved.set(arn, { untilMs: answer ?? 0 });
    }
    if (answer === undefined) return false;
    // A longer token than the one that was promised for.
    return answer >= untilMs || this.reserve(arn, untilMs);
  }
}

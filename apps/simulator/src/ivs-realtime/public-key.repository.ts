import type { KeyObject } from 'node:crypto';
import { createPublicKey } from 'node:crypto';
import type { Tags } from '../protocol/constraints.schema.js';

/** A public key that somebody imported to verify the participant tokens that they sign. */
export interface PublicKeyRecord {
  seq: number;
  arn: string;
  region: string;
  name?: string;
  publicKeyMaterial: string;
  fingerprint: string;
  tags: Tags;
}

interface Dump {
  seq: number;
  keys: PublicKeyRecord[];
}

/** The account's imported keys. They outlive a reset: their private halves are at whoever imported them, and stay there. */
export class PublicKeyRepository {
  private byArn = new Map<string, PublicKeyRecord>();
  private readonly parsed = new Map<string, KeyObject>();
  private seq = 0;

  nextSeq(): number {
    return ++this.seq;
  }

  add(key: PublicKeyRecord): void {
    this.byArn.set(key.arn, key);
  }

  remove(key: PublicKeyRecord): void {
    this.byArn.delete(key.arn);
    this.parsed.delete(key.arn);
  }

  /** A key is known in its own region only. */
  find(arn: string, region: string): PublicKeyRecord | undefined {
    const key = this.byArn.get(arn);
    return key?.region === region ? key : undefined;
  }

  all(region: string): PublicKeyRecord[] {
    return [...this.byArn.values()].filter((key) => key.region === region);
  }

  keyOf(record: PublicKeyRecord): KeyObject {
    let key = this.parsed.get(record.arn);
    if (!key) {
      key = createPublicKey(record.publicKeyMaterial);
      this.parsed.set(record.arn, key);
    }
    return key;
  }

  dump(): Dump {
    return { seq: this.seq, keys: [...this.byArn.values()] };
  }

  load(dump: unknown): void {
    const { seq, keys } = dump as Dump;
    this.seq = seq;
    this.byArn = new Map(keys.map((key) => [key.arn, key]));
    this.parsed.clear();
  }
}

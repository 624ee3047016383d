import { createPrivateKey, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import type { Clock, Config, Database, WorkOutcome, WorkRow, WorkTable } from '#platform';
import { AppError } from '#platform/errors/app.error';
import { type KeyPairText, type PrivateKeys, pairOf, readKeyFile } from './private-keys.js';
import type { PublicKeyClient } from './public-key.client.js';
import type { KeyRecord, PublicKeyRepository } from './public-key.repository.js';
import { deletableFrom, KEYS_PER_REGION, type KeyState, signsFrom, stateOf } from './rotation.policy.js';

/** A key as IVS and we have it. `foreign`: IVS has it, we do not. `missing`: we count on it, and IVS does not have it. */
export interface ListedKey {
  arn: string;
  state: KeyState | 'foreign' | 'missing';
  fingerprint?: string | undefined;
  signsFromMs?: number;
  tokensUntilMs?: number | undefined;
}

/** A region takes no more keys. */
const FULL = `IVS takes ${KEYS_PER_REGION} public keys a region; delete one, or wait until a retired one is deleted.`;
// What can delay a deletion beyond its time: the next look is soon, but not a busy loop.
const SOONEST_LOOK_MS = 1_000;

/** The life of the key pairs that sign participant tokens: made or given, imported, rotated, deleted. */
export class KeyService {
  constructor(
    private readonly database: Database,
    private readonly repository: PublicKeyRepository,
    private readonly client: PublicKeyClient,
    private readonly privateKeys: PrivateKeys,
    private readonly work: WorkTable,
    private readonly context: { clock: Clock; config: Config; tags: () => Promise<Record<string, string>> },
  ) {}

  /** A new pair; its private half is kept in the database. @throws AppError CONFLICT, AWS_BUSY, AWS_REFUSED */
  async create(region: string): Promise<KeyRecord> {
    return this.add(region, await this.newPair(), { isKept: true });
  }

  /** Pairs made elsewhere: of a file, to be kept in the database, or those of STAGEDOOR_PRIVATE_KEY_FILE. */
  async import(region: string, file?: string): Promise<KeyRecord[]> {
    const pairs = file ? await readKeyFile(file) : await this.privateKeys.inFile();
    if (pairs.length === 0) throw new AppError('CONFLICT', 'Name a file, or set STAGEDOOR_PRIVATE_KEY_FILE.');
    const known = (await this.repository.list(region)).filter((key) => key.deletedAtMs === undefined);
    const added: KeyRecord[] = [];
    for (const pair of pairs) {
      if (known.some(({ publicKey }) => publicKey === pair.publicKey)) continue;
      added.push(await this.add(region, pair, { isKept: file !== undefined }));
    }
    return added;
  }

  /** A new pair takes over; the ones before it are deleted when the last token that they signed has expired. */
  async rotate(region: string): Promise<KeyRecord> {
    const before = await this.alive(region);
    const next = await this.create(region);
    await this.database.transaction(async (sql) => {
      for (const { arn } of before) {
        await this.repository.retire(sql, arn, next.signsFromMs);
        await this.work.add(sql, { kind: 'key.delete', key: arn, payload: { region }, dueAtMs: next.signsFromMs });
      }
    });
    return next;
  }

  /** It signs nothing more, and is deleted when the last token that it signed has expired. Another's is deleted at once. */
  async delete(region: string, arn: string): Promise<'deleted' | 'retired'> {
    const key = await this.repository.find(arn);
    if (!key) {
      await this.client.delete(region, arn);
      return 'deleted';
    }
    await this.database.transaction(async (sql) => {
      await this.repository.retire(sql, arn, this.context.clock.nowMs());
      await this.work.add(sql, { kind: 'key.delete', key: arn, payload: { region: key.region } });
    });
    return 'retired';
  }

  /** The row of work of a deletion. */
  async runDeletion(row: WorkRow): Promise<WorkOutcome> {
    const key = await this.repository.find(row.key);
    if (!key) return 'done';
    if (!(await this.repository.beginDeletion(key.arn))) {
      return { againAfterMs: Math.max(SOONEST_LOOK_MS, deletableFrom(key) - this.context.clock.nowMs()) };
    }
    await this.client.delete(key.region, key.arn);
    await this.repository.forget(key.arn);
    return 'done';
  }

  async list(region: string): Promise<ListedKey[]> {
    const [ours, theirs] = await Promise.all([this.repository.list(region), this.client.list(region)]);
    const nowMs = this.context.clock.nowMs();
    const known = ours.map((key) => {
      const state = stateOf(key, nowMs);
      const isThere = theirs.some(({ arn }) => arn === key.arn);
      return { ...key, state: state === 'deleted' || isThere ? state : ('missing' as const) };
    });
    const foreign = theirs
      .filter(({ arn }) => !ours.some((key) => key.arn === arn))
      .map(({ arn = '' }) => ({ arn, state: 'foreign' as const }));
    return [...known, ...foreign];
  }

  /** One key that IVS knows, at least; those that it has lost (a simulator that was emptied) are given up. */
  async ensure(region: string): Promise<void> {
    const keys = await this.list(region);
    for (const { arn } of keys.filter(({ state }) => state === 'missing')) await this.repository.forget(arn);
    if (!keys.some(({ state }) => state === 'signing' || state === 'waiting')) await this.create(region);
  }

  private async add(region: string, pair: KeyPairText, { isKept }: { isKept: boolean }): Promise<KeyRecord> {
    if (isKept && !this.privateKeys.canKeep) {
      throw new AppError('CONFLICT', 'STAGEDOOR_MASTER_KEY: required to keep private keys in the database.');
    }
    const { length } = await this.client.list(region);
    if (length >= KEYS_PER_REGION) throw new AppError('CONFLICT', FULL);
    const { arn, fingerprint = '' } = await this.client.import(region, pair.publicKey, await this.context.tags());
    const nowMs = this.context.clock.nowMs();
    const isKnownAtOnce = this.context.config.env.AWS_MODE === 'simulator';
    const key: KeyRecord = {
      arn,
      region,
      fingerprint,
      publicKey: pair.publicKey,
      ...(isKept ? { privateKey: this.privateKeys.seal(pair.privateKey, arn) } : {}),
      createdAtMs: nowMs,
      signsFromMs: signsFrom(await this.repository.list(region), nowMs, isKnownAtOnce),
    };
    await this.repository.insert(this.database, key);
    return key;
  }

  private async alive(region: string): Promise<KeyRecord[]> {
    return (await this.repository.list(region)).filter((key) => key.deletedAtMs === undefined);
  }

  private async newPair(): Promise<KeyPairText> {
    // P-384: the curve of ES384.
    const { privateKey } = await promisify(generateKeyPair)('ec', {
      namedCurve: 'secp384r1',
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    return pairOf(createPrivateKey(privateKey));
  }
}

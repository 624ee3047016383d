import type { Clock, Database, Sql } from '#platform';
import type { KeyTimes } from './rotation.policy.js';

/** A row of `public_key`. */
export interface KeyRecord extends KeyTimes {
  arn: string;
  region: string;
  fingerprint: string;
  publicKey: string;
  /** Encrypted; absent when it is in the file. */
  privateKey?: string | undefined;
}

interface KeyRow {
  arn: string;
  region: string;
  fingerprint: string;
  public_key: string;
  private_key: string | null;
  created_at: Date;
  signs_from: Date;
  signs_until: Date | null;
  tokens_until: Date | null;
  deleted_at: Date | null;
}

/** The keys that IVS has of us, and what has been promised to the tokens that they signed. */
export class PublicKeyRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Also those that were deleted; oldest first. */
  async list(region: string, sql: Sql = this.database): Promise<KeyRecord[]> {
    const rows = await sql.query<KeyRow>('SELECT * FROM public_key WHERE region = $1 ORDER BY created_at, arn', [
      region,
    ]);
    return rows.map(recordOf);
  }

  async find(arn: string): Promise<KeyRecord | undefined> {
    const [row] = await this.database.query<KeyRow>('SELECT * FROM public_key WHERE arn = $1', [arn]);
    return row && recordOf(row);
  }

  async insert(sql: Sql, key: KeyRecord): Promise<void> {
    await sql.query(
      `INSERT INTO public_key (arn, region, fingerprint, public_key, private_key, created_at, signs_from)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        key.arn,
        key.region,
        key.fingerprint,
        key.publicKey,
        key.privateKey ?? null,
        new Date(key.createdAtMs),
        new Date(key.signsFromMs),
      ],
    );
  }

  /** It signs no longer than until then. */
  async retire(sql: Sql, arn: string, signsUntilMs: number): Promise<void> {
    await sql.query(
      `UPDATE public_key SET signs_until = LEAST(COALESCE(signs_until, $2), $2) WHERE arn = $1 AND deleted_at IS NULL`,
      [arn, new Date(signsUntilMs)],
    );
  }

  /**
   * Promises that the key stays until then; to be called before a token with that expiry is signed.
   * @returns until when it stays, or undefined when its deletion has begun: sign nothing with it
   */
  async reserve(arn: string, untilMs: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ tokens_until: Date }>(
      `UPDATE public_key SET tokens_until = GREATEST(COALESCE(tokens_until, $2), $2)
       WHERE arn = $1 AND deleted_at IS NULL RETURNING tokens_until`,
      [arn, new Date(untilMs)],
    );
    return row?.tokens_until.getTime();
  }

  /** From here on nothing can be reserved. @returns false while something that it signed, or may sign, lives */
  async beginDeletion(arn: string): Promise<boolean> {
    const rows = await this.database.query(
      `UPDATE public_key SET deleted_at = COALESCE(deleted_at, $2)
       WHERE arn = $1 AND (deleted_at IS NOT NULL OR GREATEST(signs_until, tokens_until) <= $2 AND signs_until IS NOT NULL)
       RETURNING arn`,
      [arn, this.clock.now()],
    );
    return rows.length === 1;
  }

  /** IVS has forgotten it: nobody needs its private half any more. */
  async forget(arn: string): Promise<void> {
    await this.database.query(
      'UPDATE public_key SET deleted_at = COALESCE(deleted_at, $2), private_key = NULL WHERE arn = $1',
      [arn, this.clock.now()],
    );
  }
}

function recordOf(row: KeyRow): KeyRecord {
  return {
    arn: row.arn,
    region: row.region,
    fingerprint: row.fingerprint,
    publicKey: row.public_key,
    privateKey: row.private_key ?? undefined,
    createdAtMs: row.created_at.getTime(),
    signsFromMs: row.signs_from.getTime(),
    signsUntilMs: row.signs_until?.getTime(),
    tokensUntilMs: row.tokens_until?.getTime(),
    deletedAtMs: row.deleted_at?.getTime(),
  };
}

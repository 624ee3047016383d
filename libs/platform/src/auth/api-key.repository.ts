import type { Bus } from '../bus/bus.js';
import type { Clock } from '../clock.js';
import type { Database } from '../database/database.js';
import type { Ids } from '../ids.js';

/** Bus channel that says that some API key was revoked. */
export const API_KEY_REVOKED_CHANNEL = 'access/api-keys';

/** By this a key of the database is known from an access token without asking anybody. */
export const API_KEY_PREFIX = 'sdk_';
// 238 bits of 62 characters: nothing to guess, so that a plain digest is enough to keep.
const SECRET_LENGTH = 40;

export interface StoredApiKey {
  id: string;
  name: string;
  /** Actions of the access table, or `read`; empty: everything. */
  scopes: string[];
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
}

const COLUMNS = `id, name, scopes, created_at AS "createdAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"`;

/** API keys beside the environment's: several, each with a name and what it may do. The keys themselves are not kept. */
export class ApiKeyRepository {
  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @returns the key, which cannot be had again */
  async create(name: string, scopes: string[]): Promise<{ id: string; key: string }> {
    const id = this.ids.ordered();
    const key = API_KEY_PREFIX + this.ids.token(SECRET_LENGTH);
    await this.database.query(
      'INSERT INTO api_key (id, name, digest, scopes, created_at) VALUES ($1, $2, $3, $4, $5)',
      [id, name, this.ids.digest(key), scopes, this.clock.now()],
    );
    return { id, key };
  }

  list(): Promise<StoredApiKey[]> {
    return this.database.query(`SELECT ${COLUMNS} FROM api_key ORDER BY id`);
  }

  /** @returns nothing for a key that is not known or was revoked */
  async findGood(key: string): Promise<StoredApiKey | undefined> {
    const [row] = await this.database.query<StoredApiKey>(
      `SELECT ${COLUMNS} FROM api_key WHERE digest = $1 AND revoked_at IS NULL`,
      [this.ids.digest(key)],
    );
    return row;
  }

  /** @returns whether there was such a key to revoke */
  async revoke(id: string): Promise<boolean> {
    const rows = await this.database.query(
      'UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id',
      [id, this.clock.now()],
    );
    this.bus.publish({ channel: API_KEY_REVOKED_CHANNEL, seq: 0, payload: id });
    return rows.length > 0;
  }

  /** Of these keys the ones that are good no more. */
  async revokedOf(ids: string[]): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(
      'SELECT id FROM api_key WHERE id = ANY($1) AND revoked_at IS NOT NULL',
      [ids],
    );
    return rows.map(({ id }) => id);
  }

  async used(id: string): Promise<void> {
    await this.database.query('UPDATE api_key SET last_used_at = $2 WHERE id = $1', [id, this.clock.now()]);
  }
}

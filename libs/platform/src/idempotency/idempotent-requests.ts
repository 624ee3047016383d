import type { Clock } from '../clock.js';
import type { Database } from '../database/database.js';
import { AppError } from '../errors/app.error.js';
import type { Ids } from '../ids.js';

const KEPT_MS = 86_400_000;
// Longer than any handler waits for AWS; a process that dies holds the key for so long.
const CLAIM_MS = 60_000;
const RETRY_SECONDS = 1;

/** Who asks what: a key means something only for the same caller and route. */
export interface KeyedRequest {
  caller: string;
  method: string;
  path: string;
  key: string;
  body: string;
}

/** The request is new and to be run, or it was answered before. */
export type Begun = { kind: 'new'; id: string; claim: string } | { kind: 'answered'; answer: unknown };

/**
 * What was done under an `Idempotency-Key`, for 24 hours. Only digests of keys and bodies are kept, and answers without
 * bearer tokens. Of requests at the same time one runs; a claim that ran out belongs to a process that died.
 */
export class IdempotentRequests {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  /** @throws AppError IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_KEY_IN_USE */
  async begin(request: KeyedRequest): Promise<Begun> {
    const { caller, method, path, key, body } = request;
    const id = this.ids.digest(JSON.stringify([caller, method, path, key]));
    const requestHash = this.ids.digest(body);
    const claim = this.ids.uuid();
    const nowMs = this.clock.nowMs();
    const claimed = await this.database.query(
      `INSERT INTO idempotent_request AS known (id, request_hash, claim, claimed_until, expires_at)
       VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (id) DO UPDATE
       SET request_hash = excluded.request_hash, claim = excluded.claim, claimed_until = excluded.claimed_until,
         expires_at = excluded.expires_at, answer = NULL
       WHERE known.expires_at <= $6 OR (known.answer IS NULL AND known.claimed_until <= $6)
       RETURNING id`,
      [
        id,
        requestHash,
        claim,
        new Date(nowMs + CLAIM_MS * this.clock.scale),
        new Date(nowMs + KEPT_MS),
        new Date(nowMs),
      ],
    );
    return claimed.length > 0 ? { kind: 'new', id, claim } : this.known(id, requestHash);
  }

  /** @param answer without any bearer token */
  async finish({ id, claim }: { id: string; claim: string }, answer: unknown): Promise<void> {
    await this.database.query('UPDATE idempotent_request SET answer = $3 WHERE id = $1 AND claim = $2', [
      id,
      claim,
      JSON.stringify({ answer }),
    ]);
  }

  /** Nothing was done: the key is free again. */
  async forget({ id, claim }: { id: string; claim: string }): Promise<void> {
    await this.database.query('DELETE FROM idempotent_request WHERE id = $1 AND claim = $2', [id, claim]);
  }

  private async known(id: string, requestHash: string): Promise<Begun> {
    const [row] = await this.database.query<{ requestHash: string; answer: { answer?: unknown } | null }>(
      'SELECT request_hash AS "requestHash", answer FROM idempotent_request WHERE id = $1',
      [id],
    );
    if (row && row.requestHash !== requestHash) throw new AppError('IDEMPOTENCY_KEY_REUSED');
    // Gone again, or not answered yet: either way it may be asked for again in a moment.
    if (!row?.answer) {
      throw new AppError('IDEMPOTENCY_KEY_IN_USE', undefined, { retryAfterSeconds: RETRY_SECONDS });
    }
    return { kind: 'answered', answer: row.answer.answer };
  }
}

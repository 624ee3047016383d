import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { Clock } from '../clock.js';
import { AppError } from '../errors/app.error.js';

// A provider that rotates its keys announces them before: this often is enough to forget those that it withdrew.
const REFRESH_MS = 600_000;
// Whoever makes up key ids must not make us ask the provider each time.
const COOLDOWN_MS = 5_000;
const FETCH_LIMIT_MS = 5_000;
const RETRY_SECONDS = 5;

/**
 * The public keys of the customer's identity provider. Keys that were fetched once go on working while the provider cannot
 * be reached; a key id that nobody knows has them fetched again, but not more often than the cool-down allows.
 */
export class ProviderKeys {
  private keys: JWTVerifyGetKey | undefined;
  private fetching: Promise<void> | undefined;
  private attemptedMs = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly url: string,
    private readonly clock: Clock,
  ) {}

  /** For jose's `jwtVerify`. @throws AppError UNAVAILABLE while no keys could be had; jose's errors for a key that is none */
  readonly resolve: JWTVerifyGetKey = async (header, token) => {
    const keys = await this.current();
    try {
      return await keys(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !this.isOlderThan(COOLDOWN_MS)) throw error;
      await this.refresh().catch(() => {});
      return (this.keys ?? keys)(header, token);
    }
  };

  private async current(): Promise<JWTVerifyGetKey> {
    if (!this.keys) {
      if (!this.fetching && !this.isOlderThan(COOLDOWN_MS)) throw unavailable();
      await this.refresh();
    } else if (this.isOlderThan(REFRESH_MS)) {
      // Nobody waits for it, and its failure changes nothing.
      this.refresh().catch(() => {});
    }
    if (!this.keys) throw unavailable();
    return this.keys;
  }

  private isOlderThan(ms: number): boolean {
    return this.clock.nowMs() - this.attemptedMs >= ms * this.clock.scale;
  }

  private refresh(): Promise<void> {
    this.attemptedMs = this.fetching ? this.attemptedMs : this.clock.nowMs();
    this.fetching ??= this.fetch().finally(() => {
      this.fetching = undefined;
    });
    return this.fetching;
  }

  private async fetch(): Promise<void> {
    try {
      const response = await fetch(this.url, {
        headers: { accept: 'application/jwk-set+json, application/json' },
        redirect: 'error',
        signal: AbortSignal.timeout(FETCH_LIMIT_MS),
      });
      if (!response.ok) throw new Error(`the identity provider answered ${response.status}`);
      this.keys = createLocalJWKSet((await response.json()) as JSONWebKeySet);
    } catch (cause) {
      throw unavailable(cause);
    }
  }
}

function unavailable(cause?: unknown): AppError {
  return new AppError('UNAVAILABLE', 'The identity provider’s keys cannot be reached.', {
    cause,
    retryAfterSeconds: RETRY_SECONDS,
  });
}

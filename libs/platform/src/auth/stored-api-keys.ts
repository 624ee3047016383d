import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { Clock } from '../clock.js';
import { Database } from '../database/database.js';
import { Ids } from '../ids.js';
import { LOGGER, type Logger } from '../logging/logger.js';
import { API_KEY_PREFIX, API_KEY_REVOKED_CHANNEL, ApiKeyRepository, type StoredApiKey } from './api-key.repository.js';
import type { ApiKeyPrincipal } from './principal.js';

// The bus may lose a notice: a revocation works after this long at the latest, on every process and for every connection.
const CACHE_MS = 1_500;
// Keys of one customer; what is presented and is no key is not kept.
const CACHE_SIZE = 1_000;
// Often enough to see which keys nobody needs.
const LAST_USED_EVERY_MS = 60_000;

interface Kept {
  key: StoredApiKey;
  untilMs: number;
}

/** The database's API keys as one process knows them: looked up once in a while, told of revocations by the bus. */
@Injectable()
export class StoredApiKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly keys: ApiKeyRepository;
  private readonly cache = new Map<string, Kept>();
  private readonly usedMs = new Map<string, number>();
  private readonly watched = new Map<string, Set<() => void>>();
  /** Changes with every notice, so that a look-up that was under way meanwhile is not kept. */
  private notices = 0;
  private subscribed?: Promise<() => void>;
  private cancelSweep?: () => void;
  private isClosed = false;

  constructor(
    database: Database,
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly ids: Ids,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.keys = new ApiKeyRepository(database, bus, clock, ids);
  }

  onApplicationBootstrap(): void {
    // Not awaited: a process starts without its bus as well, and then learns from its sweeps.
    this.subscribed = this.bus.subscribe(API_KEY_REVOKED_CHANNEL, () => this.noticed()).catch(() => () => {});
    this.bus.onReconnect(() => this.noticed());
    this.sweepSoon();
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    this.cancelSweep?.();
    void this.subscribed?.then((unsubscribe) => unsubscribe());
  }

  /** @returns nothing for what is no key of the database, or was revoked */
  async find(bearer: string): Promise<ApiKeyPrincipal | undefined> {
    if (!bearer.startsWith(API_KEY_PREFIX)) return undefined;
    const digest = this.ids.digest(bearer);
    const kept = this.cache.get(digest);
    const key = kept && this.clock.nowMs() < kept.untilMs ? kept.key : await this.lookUp(digest, bearer);
    if (!key) return undefined;
    this.noteUse(key.id);
    return { kind: 'api_key', id: key.id, ...(key.scopes.length === 0 ? {} : { scopes: key.scopes }) };
  }

  /** Calls back once when the key is revoked. @returns what ends the watch */
  watch(id: string, onRevoked: () => void): () => void {
    const listeners = this.watched.get(id) ?? new Set();
    this.watched.set(id, listeners.add(onRevoked));
    return () => {
      listeners.delete(onRevoked);
      if (listeners.size === 0 && this.watched.get(id) === listeners) this.watched.delete(id);
    };
  }

  private async lookUp(digest: string, bearer: string): Promise<StoredApiKey | undefined> {
    const notices = this.notices;
    const key = await this.keys.findGood(bearer);
    this.cache.delete(digest);
    if (key && notices === this.notices) {
      this.cache.set(digest, { key, untilMs: this.clock.nowMs() + CACHE_MS * this.clock.scale });
      const [oldest] = this.cache.keys();
      if (this.cache.size > CACHE_SIZE && oldest !== undefined) this.cache.delete(oldest);
    }
    return key;
  }

  private noteUse(id: string): void {
    const nowMs = this.clock.nowMs();
    const lastMs = this.usedMs.get(id);
    if (lastMs !== undefined && nowMs - lastMs < LAST_USED_EVERY_MS) return;
    this.usedMs.set(id, nowMs);
    this.keys
      .used(id)
      .catch((error: unknown) => this.logger.warn({ err: error, id }, 'the use of a key was not noted'));
  }

  private noticed(): void {
    this.notices++;
    this.cache.clear();
    void this.sweep();
  }

  /** A failed look is made good by the next. */
  private async sweep(): Promise<void> {
    if (this.watched.size === 0) return;
    const revoked = await this.keys.revokedOf([...this.watched.keys()]).catch(() => []);
    for (const id of revoked) {
      const listeners = this.watched.get(id) ?? [];
      this.watched.delete(id);
      for (const listener of listeners) listener();
    }
  }

  private sweepSoon(): void {
    if (this.isClosed) return;
    this.cancelSweep = this.clock.setTimeout(() => {
      void this.sweep().finally(() => this.sweepSoon());
    }, CACHE_MS * this.clock.scale);
  }
}

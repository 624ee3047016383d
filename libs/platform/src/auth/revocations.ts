import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Bus } from '../bus/bus.js';
import { Clock } from '../clock.js';
import { BatchedReads } from '../database/batched-reads.js';
import { Database } from '../database/database.js';
import type { UserPrincipal } from './principal.js';

/** Bus channel that says that some user's tokens were revoked; the payload, where there is one, is the user id. */
export const REVOKED_CHANNEL = 'access/revoked';

// The bus may lose a notice: a revocation works at the latest after this long on every process.
const CACHE_MS = 2_000;
// Users seen within CACHE_MS by one process; about 100 bytes each.
const CACHE_SIZE = 20_000;
// Long-lived connections of a revoked user end at the latest after this long, when the bus lost the notice.
const SWEEP_MS = 5_000;
// How far the clocks of two hosts may differ before a sweep could miss a row.
const CLOCK_SKEW_MS = 60_000;

export type RevocationListener = (userId: string, mark: number) => void;

/**
 * All tokens of a user are revoked by raising the user's mark. A token carries the mark that it was minted under and is
 * void once the mark is higher. The mark is a time only so that old rows can be trimmed: the order of minting and
 * revoking is the database's, exact to the statement, whatever the clocks of several hosts say.
 */
@Injectable()
export class Revocations implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly cache = new Map<string, { mark: number; untilMs: number }>();
  private readonly listeners = new Set<RevocationListener>();
  /** Changes with every notice, so that a look-up that was under way meanwhile is not kept. */
  private notices = 0;
  private subscribed?: Promise<() => void>;
  private cancelSweep?: () => void;
  private sweptMs: number;
  private readonly marks: BatchedReads<number>;
  private isClosed = false;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {
    this.sweptMs = clock.nowMs();
    this.marks = new BatchedReads((userIds) => this.readMarks(userIds));
  }

  onApplicationBootstrap(): void {
    // Not awaited: a process starts without its bus as well, and then learns from its sweeps.
    this.subscribed = this.bus
      .subscribe(REVOKED_CHANNEL, (message) => this.noticed(message.payload))
      .catch(() => () => {});
    this.bus.onReconnect(() => this.noticed());
    this.sweepSoon();
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    this.cancelSweep?.();
    void this.subscribed?.then((unsubscribe) => unsubscribe());
  }

  /** Calls back for each user whose tokens are revoked, on whatever process: at least once a revocation, and soon. */
  onRevoked(listener: RevocationListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Voids every token of the user that was minted before now. */
  async revoke(userId: string): Promise<void> {
    const [row] = await this.database.query<{ mark: Date }>(
      `INSERT INTO access_revocation (user_id, revoked_before) VALUES ($1, $2)
       ON CONFLICT (user_id) DO UPDATE SET revoked_before =
         greatest(excluded.revoked_before, access_revocation.revoked_before + interval '1 millisecond')
       RETURNING revoked_before AS mark`,
      [userId, this.clock.now()],
    );
    this.noticed(userId, row?.mark.getTime());
    this.bus.publish({ channel: REVOKED_CHANNEL, seq: 0, payload: userId });
  }

  /** The user's mark as the database has it now; 0 without one. */
  async currentMark(userId: string): Promise<number> {
    const notices = this.notices;
    const mark = (await this.marks.get(userId)) ?? 0;
    if (notices === this.notices) this.keep(userId, mark);
    return mark;
  }

  /** Answers from a cache that is at most CACHE_MS old. */
  async isRevoked(principal: UserPrincipal): Promise<boolean> {
    const kept = this.cache.get(principal.userId);
    const isFresh = kept !== undefined && this.clock.nowMs() < kept.untilMs;
    const mark = isFresh ? kept.mark : await this.currentMark(principal.userId);
    return isBefore(principal, mark);
  }

  private async readMarks(userIds: string[]): Promise<Map<string, number>> {
    const rows = await this.database.query<{ userId: string; mark: Date }>(
      'SELECT user_id AS "userId", revoked_before AS mark FROM access_revocation WHERE user_id = ANY($1)',
      [userIds],
    );
    return new Map(rows.map((row) => [row.userId, row.mark.getTime()]));
  }

  private keep(userId: string, mark: number): void {
    this.cache.delete(userId);
    this.cache.set(userId, { mark, untilMs: this.clock.nowMs() + CACHE_MS * this.clock.scale });
    const [oldest] = this.cache.keys();
    if (this.cache.size > CACHE_SIZE && oldest !== undefined) this.cache.delete(oldest);
  }

  /** Without a user (a doorbell, or the bus was away) everything kept is doubtful. */
  private noticed(userId?: string, mark?: number): void {
    this.notices++;
    if (userId === undefined) this.cache.clear();
    else this.cache.delete(userId);
    if (userId !== undefined && mark !== undefined) this.tell(userId, mark);
    else void this.sweep();
  }

  /** Tells of what was revoked since the last look. A failed look is made good by the next. */
  private async sweep(): Promise<void> {
    if (this.listeners.size === 0) return;
    const sinceMs = this.sweptMs - CLOCK_SKEW_MS * this.clock.scale;
    const startedMs = this.clock.nowMs();
    const rows = await this.database
      .query<{ userId: string; mark: Date }>(
        'SELECT user_id AS "userId", revoked_before AS mark FROM access_revocation WHERE revoked_before >= $1',
        [new Date(sinceMs)],
      )
      .catch(() => undefined);
    if (!rows) return;
    this.sweptMs = Math.max(this.sweptMs, startedMs);
    for (const row of rows) this.tell(row.userId, row.mark.getTime());
  }

  private sweepSoon(): void {
    if (this.isClosed) return;
    this.cancelSweep = this.clock.setTimeout(() => {
      void this.sweep().finally(() => this.sweepSoon());
    }, SWEEP_MS * this.clock.scale);
  }

  private tell(userId: string, mark: number): void {
    for (const listener of this.listeners) listener(userId, mark);
  }
}

/** Whether the token was minted before the revocation with this mark. */
export function isBefore(principal: UserPrincipal, mark: number): boolean {
  return (principal.revocationMark ?? 0) < mark;
}

import type { Clock, Logger } from '#platform';
import type { AudienceNotice } from '../feeds/feed-member.js';
import type { WatcherLedger, Watching } from './watcher-ledger.js';

// At most one `audience` a topic and second: a number that people read need not change faster.
const TICK_MS = 1_000;
const TICKS_PER_HEARTBEAT = 3;
const TICKS_PER_CLEANING = 30;

/** Stands for an API key's sockets: user ids have at least one character. */
export const NOBODY = '';

/**
 * Who watches what through this process, kept in the database in batches, and told to the sockets when the count over
 * all gateways changed. Users are counted, not sockets; API keys are no users.
 */
export class Audience {
  /** topic → user → sockets. */
  private readonly present = new Map<string, Map<string, number>>();
  /** What the database has to be told: topic → user → whether it is there. */
  private changes = new Map<string, Map<string, boolean>>();
  private readonly told = new Map<string, number>();
  private ticks = 0;
  private running: Promise<void> = Promise.resolve();
  private isStopped = false;
  private cancel = () => {};

  constructor(
    private readonly ledger: WatcherLedger,
    private readonly tell: (notice: AudienceNotice) => void,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    // A matter of machines: real time, whatever the show's clock does.
    this.cancel = this.clock.setTimeout(() => {
      this.running = this.tick().then(() => {
        if (!this.isStopped) this.start();
      });
    }, TICK_MS * this.clock.scale);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    this.cancel();
    await this.running;
    await this.ledger
      .removeOwn()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'our watchers stay behind'));
  }

  /** @param userId NOBODY for a socket that listens but does not count */
  arrived({ topic, userId }: Watching): void {
    const users = this.present.get(topic) ?? new Map<string, number>();
    this.present.set(topic, users);
    const sockets = users.get(userId) ?? 0;
    users.set(userId, sockets + 1);
    if (sockets === 0) this.note(topic, userId, true);
  }

  left({ topic, userId }: Watching): void {
    const users = this.present.get(topic);
    const sockets = users?.get(userId);
    if (!users || sockets === undefined) return;
    if (sockets > 1) {
      users.set(userId, sockets - 1);
      return;
    }
    users.delete(userId);
    this.note(topic, userId, false);
    if (users.size > 0) return;
    this.present.delete(topic);
    this.told.delete(topic);
  }

  private note(topic: string, userId: string, isThere: boolean): void {
    if (userId === NOBODY) return;
    const users = this.changes.get(topic) ?? new Map<string, boolean>();
    this.changes.set(topic, users);
    users.set(userId, isThere);
  }

  private async tick(): Promise<void> {
    try {
      const wasMissing = this.ticks++ % TICKS_PER_HEARTBEAT === 0 && (await this.ledger.heartbeat());
      if (wasMissing) this.noteEveryone();
      await this.save();
      await this.count();
      if (this.ticks % TICKS_PER_CLEANING === 0) await this.ledger.removeDead();
    } catch (error) {
      this.logger.warn({ err: error }, 'the audience could not be counted');
    }
  }

  private noteEveryone(): void {
    for (const [topic, users] of this.present) for (const userId of users.keys()) this.note(topic, userId, true);
  }

  private async save(): Promise<void> {
    const changes = this.changes;
    this.changes = new Map();
    try {
      const rows = [...changes].flatMap(([topic, users]) => [...users].map(([userId, is]) => ({ topic, userId, is })));
      const arrived = rows.filter(({ is }) => is);
      const left = rows.filter(({ is }) => !is);
      if (arrived.length > 0) await this.ledger.add(arrived);
      if (left.length > 0) await this.ledger.remove(left);
    } catch (error) {
      // Newer changes of the same user win over what could not be saved.
      for (const [topic, users] of changes) {
        for (const [userId, is] of users) if (!this.changes.get(topic)?.has(userId)) this.note(topic, userId, is);
      }
      throw error;
    }
  }

  private async count(): Promise<void> {
    const topics = [...this.present.keys()];
    if (topics.length === 0) return;
    const counted = new Map((await this.ledger.count(topics)).map(({ topic, watching }) => [topic, watching]));
    for (const topic of topics) {
      const watching = counted.get(topic) ?? 0;
      if (this.told.get(topic) === watching || !this.present.has(topic)) continue;
      this.told.set(topic, watching);
      this.tell({ topic, watching });
    }
  }
}

import type { LiveChange, LiveEvent } from '#contracts';
import type { Bus, Clock, Database, Sql } from '#platform';
import type { Epoch } from './epoch.js';

/** One transaction that changes state and log together. */
export interface LiveTransaction {
  sql: Sql;
  /**
   * Numbers the changes and writes them. Locks the topic until the commit.
   * @throws Error when the topic was never created
   */
  append(topic: string, changes: LiveChange[]): Promise<LiveEvent[]>;
  /** Idempotent. A topic must exist before its first append; `lobby` comes with the first migration. */
  createTopic(topic: string): Promise<void>;
}

/**
 * The live log's writing side. A number is taken from the topic's row, which stays locked until the commit, so commit
 * order is number order and no crash leaves a hole.
 *
 * Lock order, everywhere: session, its topic, its moderation topic, `lobby`. Whoever appends to several topics in one
 * transaction keeps it, and appends to `lobby` last and late: all sessions share that lock.
 *
 * After the commit the events go to the bus, which may lose them: gateways find out by the numbers.
 */
export class LiveLog {
  constructor(
    private readonly database: Database,
    private readonly epoch: Epoch,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** READ COMMITTED; run again on a deadlock, so `work` must have no effect outside the transaction. */
  async transaction<T>(work: (tx: LiveTransaction) => Promise<T>): Promise<T> {
    const epoch = await this.epoch.expression();
    let appended: LiveEvent[][] = [];
    const result = await this.database.transaction((sql) => {
      appended = [];
      return work({
        sql,
        createTopic: async (topic) => {
          await sql.query('INSERT INTO topic (name) VALUES ($1) ON CONFLICT (name) DO NOTHING', [topic]);
        },
        append: async (topic, changes) => {
          if (changes.length === 0) return [];
          const events = await this.append(sql, epoch, topic, changes);
          appended.push(events);
          return events;
        },
      });
    });
    for (const events of appended) this.publish(events);
    return result;
  }

  private async append(sql: Sql, epochSql: string, topic: string, changes: LiveChange[]): Promise<LiveEvent[]> {
    const at = this.clock.now();
    const [head] = await sql.query<{ base: number; epoch: string }>(
      `WITH head AS (
         UPDATE topic SET seq = seq + $2 WHERE name = $1 RETURNING seq - $2 AS base
       ), added AS (
         INSERT INTO live_event (topic, seq, type, at, data)
         SELECT $1, head.base + c.n, c.change->>'type', $4, c.change->'data'
         FROM head, jsonb_array_elements($3::jsonb) WITH ORDINALITY AS c(change, n)
       )
       SELECT base, ${epochSql} AS epoch FROM head`,
      [topic, changes.length, JSON.stringify(changes), at],
    );
    if (!head) throw new Error(`the topic ${topic} was never created`);
    const stamp = { topic, epoch: head.epoch, at: at.toISOString() };
    return changes.map(
      (change, index) => ({ ...stamp, seq: head.base + index + 1, type: change.type, data: change.data }) as LiveEvent,
    );
  }

  private publish(events: LiveEvent[]): void {
    const last = events.at(-1);
    if (last) this.bus.publish({ channel: last.topic, seq: last.seq, payload: JSON.stringify(events) });
  }
}

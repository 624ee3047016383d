import type { LiveEvent } from '#contracts';
import type { Database } from '#platform';
import type { Epoch } from '../epoch.js';
import { eventOf, LOG_ROW_JSON, type LogRow } from '../log-rows.js';

// A topic that is further behind is read in several steps, so that none of them holds the others up.
const EVENTS_PER_TOPIC = 500;

export interface TopicHead {
  topic: string;
  epoch: string;
  seq: number;
}

export interface TopicTail extends TopicHead {
  events: LiveEvent[];
}

/** Reads many topics in one statement: what gateways do when the bus rang, or may have failed to. */
export class TailReader {
  constructor(
    private readonly database: Database,
    private readonly epoch: Epoch,
  ) {}

  /** Topics that do not exist are left out. */
  async heads(topics: string[]): Promise<TopicHead[]> {
    return this.database.query(
      `SELECT name AS topic, seq, ${await this.epoch.expression()} AS epoch FROM topic WHERE name = ANY($1)`,
      [topics],
    );
  }

  /** What follows these numbers, oldest first. */
  async tails(wanted: { topic: string; after: number }[]): Promise<TopicTail[]> {
    const rows = await this.database.query<TopicHead & { rows: LogRow[] | null }>(
      `SELECT t.name AS topic, t.seq, ${await this.epoch.expression()} AS epoch, served.rows
       FROM unnest($1::text[], $2::bigint[]) AS w(topic, after)
       JOIN topic t ON t.name = w.topic
       LEFT JOIN LATERAL (
         SELECT json_agg(row ORDER BY seq) AS rows FROM (
           SELECT e.seq, ${LOG_ROW_JSON} AS row FROM live_event e
           WHERE e.topic = w.topic AND e.seq > w.after ORDER BY e.seq LIMIT ${EVENTS_PER_TOPIC}
         ) newest
       ) served ON true`,
      [wanted.map(({ topic }) => topic), wanted.map(({ after }) => after)],
    );
    return rows.map(({ rows: events, ...head }) => ({
      ...head,
      events: (events ?? []).map((row) => eventOf(head.topic, head.epoch, row)),
    }));
  }
}

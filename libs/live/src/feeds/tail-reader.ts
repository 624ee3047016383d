import type { LiveEvent } from '#contracts';
import type { Database } from '#platform';
import type { Epoch } from '../epoch.js';
import { eventOf, LOG_ROW_JSON, type LogRow } from '../log-rows.js';

// A topic that is further behind is read in several steps, so that none of them holds the others up.
const EVENTS_PER_TOPIC = 500;
const MARK_AT = '(SELECT m.at FROM live_event m WHERE m.topic = w.topic AND m.seq = w.seq)';

/** A number that somebody has of a topic. */
export interface Mark {
  topic: string;
  seq: number;
}

export interface TopicHead {
  topic: string;
  epoch: string;
  seq: number;
  /** The time of the event under the number that was asked with; null when the log does not hold it (any more). */
  markAt: Date | null;
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

  /** Where the topics stand. Topics that do not exist are left out. */
  async heads(marks: Mark[]): Promise<TopicHead[]> {
    return this.database.query(
      `SELECT t.name AS topic, t.seq, ${await this.epoch.expression()} AS epoch, ${MARK_AT} AS "markAt"
       FROM unnest($1::text[], $2::bigint[]) AS w(topic, seq)
       JOIN topic t ON t.name = w.topic`,
      [marks.map(({ topic }) => topic), marks.map(({ seq }) => seq)],
    );
  }

  /** The same with what follows these numbers, oldest first. */
  async tails(marks: Mark[]): Promise<TopicTail[]> {
    const rows = await this.database.query<TopicHead & { rows: LogRow[] | null }>(
      `SELECT t.name AS topic, t.seq, ${await this.epoch.expression()} AS epoch, ${MARK_AT} AS "markAt", served.rows
       FROM unnest($1::text[], $2::bigint[]) AS w(topic, seq)
       JOIN topic t ON t.name = w.topic
       LEFT JOIN LATERAL (
         SELECT json_agg(row ORDER BY seq) AS rows FROM (
           SELECT e.seq, ${LOG_ROW_JSON} AS row FROM live_event e
           WHERE e.topic = w.topic AND e.seq > w.seq ORDER BY e.seq LIMIT ${EVENTS_PER_TOPIC}
         ) newest
       ) served ON true`,
      [marks.map(({ topic }) => topic), marks.map(({ seq }) => seq)],
    );
    return rows.map(({ rows: events, ...head }) => ({
      ...head,
      events: (events ?? []).map((row) => eventOf(head.topic, head.epoch, row)),
    }));
  }
}

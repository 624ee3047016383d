import type { LiveEvent, Subscribed, TopicSnapshot } from '#contracts';
import { AppError, type Database } from '#platform';
import type { Epoch } from './epoch.js';
import { eventOf, LOG_ROW_JSON, type LogRow } from './log-rows.js';
import { type LogSlice, type Position, REPLAY_LIMIT, resumeFrom } from './resume.policy.js';
import type { SnapshotSource } from './snapshot-source.js';

interface SliceRow {
  epoch: string;
  seq: number;
  trimmedTo: number;
  rows: LogRow[] | null;
}

/** The live log's reading side. Each answer is read in one statement, so its parts are of one moment. */
export class LogReader {
  constructor(
    private readonly database: Database,
    private readonly epoch: Epoch,
    private readonly sources: readonly SnapshotSource[],
  ) {}

  /**
   * What a subscriber needs: the events that it missed if all of them can be served, else a snapshot and why.
   * @throws AppError NOT_FOUND
   */
  async replay(topic: string, position?: Partial<Position>): Promise<Subscribed> {
    if (position?.after === undefined) return this.snapshot(topic);
    const slice = await this.slice(topic, position.after, 'newest');
    const resumed = resumeFrom(slice, { ...position, after: position.after });
    if (typeof resumed === 'string') return { ...(await this.snapshot(topic)), reason: resumed };
    return { epoch: slice.epoch, seq: slice.seq, events: resumed };
  }

  /**
   * The log over HTTP: events after a number, oldest first, at most 1,000.
   * @throws AppError NOT_FOUND, LOG_GONE for a foreign epoch or what is no longer held
   */
  async read(topic: string, position: Position): Promise<{ epoch: string; events: LiveEvent[] }> {
    const slice = await this.slice(topic, position.after, 'oldest');
    const end = Math.min(slice.seq, Math.max(position.after, 0) + REPLAY_LIMIT);
    const isForeign = position.after > slice.seq;
    const resumed = isForeign ? 'epoch' : resumeFrom({ ...slice, seq: end }, position);
    if (typeof resumed === 'string') throw new AppError('LOG_GONE');
    return { epoch: slice.epoch, events: resumed };
  }

  /** @throws AppError NOT_FOUND */
  async snapshot(topic: string): Promise<{ epoch: string; seq: number; snapshot: TopicSnapshot }> {
    const source = this.sources.find((candidate) => candidate.matches(topic));
    if (!source) throw new AppError('NOT_FOUND');
    const [row] = await this.database.query<{ epoch: string; seq: number; state: unknown }>(
      `SELECT ${await this.epoch.expression()} AS epoch, t.seq, (${source.sql}) AS state
       FROM topic t WHERE t.name = $1::text`,
      [topic],
    );
    if (!row || row.state === null) throw new AppError('NOT_FOUND');
    const { epoch, seq } = row;
    return { epoch, seq, snapshot: { epoch, seq, ...source.toSnapshot(row.state, topic) } as TopicSnapshot };
  }

  /**
   * The head, and at most 1,001 events from number `from` on (inclusive, so that its time can be compared): the oldest of
   * them, or with `newest` those that one answer up to the head could carry.
   */
  async slice(topic: string, from: number, which: 'oldest' | 'newest'): Promise<LogSlice> {
    const [row] = await this.database.query<SliceRow>(
      `SELECT ${await this.epoch.expression()} AS epoch, t.seq, t.trimmed_to AS "trimmedTo",
         (SELECT json_agg(row ORDER BY seq) FROM (
            SELECT e.seq, ${LOG_ROW_JSON} AS row FROM live_event e
            WHERE e.topic = t.name AND e.seq > t.trimmed_to
              AND e.seq >= CASE WHEN $3 THEN greatest($2, t.seq - ${REPLAY_LIMIT}) ELSE $2 END
            ORDER BY e.seq LIMIT ${REPLAY_LIMIT + 1}
          ) served) AS rows
       FROM topic t WHERE t.name = $1`,
      [topic, from, which === 'newest'],
    );
    if (!row) throw new AppError('NOT_FOUND');
    const { epoch, seq, trimmedTo } = row;
    return { epoch, seq, trimmedTo, events: (row.rows ?? []).map((entry) => eventOf(topic, epoch, entry)) };
  }
}

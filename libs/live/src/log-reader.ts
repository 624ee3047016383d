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
    const { epoch, seq, resumed } = await this.resume(topic, { ...position, after: position.after });
    if (typeof resumed === 'string') return { ...(await this.snapshot(topic)), reason: resumed };
    return { epoch, seq, events: resumed };
  }

  /**
   * The log over HTTP: events after a number, oldest first, at most 1,000.
   * @throws AppError NOT_FOUND, LOG_GONE for a foreign epoch or what is no longer held
   */
  async read(topic: string, position: Position): Promise<{ epoch: string; events: LiveEvent[] }> {
    const slice = await this.slice(topic, position.after);
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

  /** The head, and the events from number `from` on (inclusive, so that its time can be compared), at most 1,001. */
  async slice(topic: string, from: number): Promise<LogSlice> {
    const [row] = await this.database.query<SliceRow>(
      `SELECT ${await this.epoch.expression()} AS epoch, t.seq, t.trimmed_to AS "trimmedTo",
         (SELECT json_agg(row ORDER BY seq) FROM (
            SELECT e.seq, ${LOG_ROW_JSON} AS row FROM live_event e
            WHERE e.topic = t.name AND e.seq >= $2 AND e.seq > t.trimmed_to ORDER BY e.seq LIMIT ${REPLAY_LIMIT + 1}
          ) served) AS rows
       FROM topic t WHERE t.name = $1`,
      [topic, from],
    );
    if (!row) throw new AppError('NOT_FOUND');
    const { epoch, seq, trimmedTo } = row;
    return { epoch, seq, trimmedTo, events: (row.rows ?? []).map((entry) => eventOf(topic, epoch, entry)) };
  }

  private async resume(topic: string, position: Position) {
    const slice = await this.slice(topic, position.after);
    return { ...slice, resumed: resumeFrom(slice, position) };
  }
}

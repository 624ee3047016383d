import type { Clock, Database } from '#platform';

// Long enough for a device that was in a drawer over a holiday week; older numbers get a snapshot.
const RETENTION_SECONDS = 7 * 86_400;
// Ten full answers: a busy show's whole evening. Beyond it a snapshot is cheaper for both sides.
const EVENTS_PER_TOPIC = 10_000;
// Rows a statement: some 10 ms each, so that nobody waits long for a topic's row.
const BATCH = 1_000;

/** Retention: the log holds 7 days and 10,000 events a topic; `trimmed_to` says what is gone. */
export class LogTrimmer {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Trims all that is due, in small transactions; stops between them when asked to. @returns how many events went */
  async trim(signal?: AbortSignal): Promise<number> {
    let trimmed = 0;
    for (const [topic, upTo] of [...(await this.tooMany()), ...(await this.tooOld())]) {
      trimmed += await this.trimTopic(topic, upTo, signal);
    }
    return trimmed;
  }

  private async tooMany(): Promise<[string, number][]> {
    const rows = await this.database.query<{ name: string; upTo: number }>(
      `SELECT name, seq - $1 AS "upTo" FROM topic WHERE seq - trimmed_to > $1`,
      [EVENTS_PER_TOPIC],
    );
    return rows.map(({ name, upTo }) => [name, upTo]);
  }

  private async tooOld(): Promise<[string, number][]> {
    const rows = await this.database.query<{ topic: string; upTo: number }>(
      `SELECT topic, max(seq) AS "upTo" FROM live_event WHERE at < $1::timestamptz - make_interval(secs => $2) GROUP BY topic`,
      [this.clock.now(), RETENTION_SECONDS],
    );
    return rows.map(({ topic, upTo }) => [topic, upTo]);
  }

  /** One topic a statement, so it never holds two topics' locks against the lock order. */
  private async trimTopic(topic: string, upTo: number, signal?: AbortSignal): Promise<number> {
    let trimmed = 0;
    while (!signal?.aborted) {
      const gone = await this.database.query<{ seq: number }>(
        `WITH old AS (
           SELECT seq FROM live_event WHERE topic = $1 AND seq <= $2 ORDER BY seq LIMIT ${BATCH}
         ), head AS (
           UPDATE topic SET trimmed_to = greatest(trimmed_to, (SELECT max(seq) FROM old))
           WHERE name = $1 AND EXISTS (SELECT FROM old)
         )
         DELETE FROM live_event WHERE topic = $1 AND seq IN (SELECT seq FROM old) RETURNING seq`,
        [topic, upTo],
      );
      trimmed += gone.length;
      if (gone.length < BATCH) break;
    }
    return trimmed;
  }
}

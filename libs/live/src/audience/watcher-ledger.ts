import type { Database } from '#platform';
import { GATEWAY_LIVES } from './watching.js';

export interface Watching {
  topic: string;
  userId: string;
}

/** The rows of one gateway in the unlogged tables `gateway_instance` and `watcher`. */
export class WatcherLedger {
  constructor(
    private readonly database: Database,
    private readonly gatewayId: string,
  ) {}

  /** @returns whether the gateway's row was missing: new, cleaned away, or the unlogged tables were emptied by a crash */
  async heartbeat(): Promise<boolean> {
    const [row] = await this.database.query<{ isNew: boolean }>(
      `INSERT INTO gateway_instance AS g (id, seen_at) VALUES ($1, now())
       ON CONFLICT (id) DO UPDATE SET seen_at = now() RETURNING (xmax = 0) AS "isNew"`,
      [this.gatewayId],
    );
    return row?.isNew ?? true;
  }

  async add(watching: Watching[]): Promise<void> {
    await this.database.query(
      `INSERT INTO watcher (topic, gateway_id, user_id)
       SELECT w.topic, $1, w.user_id FROM unnest($2::text[], $3::text[]) AS w(topic, user_id) ON CONFLICT DO NOTHING`,
      [this.gatewayId, ...columns(watching)],
    );
  }

  async remove(watching: Watching[]): Promise<void> {
    await this.database.query(
      `DELETE FROM watcher USING unnest($2::text[], $3::text[]) AS w(topic, user_id)
       WHERE watcher.gateway_id = $1 AND watcher.topic = w.topic AND watcher.user_id = w.user_id`,
      [this.gatewayId, ...columns(watching)],
    );
  }

  /** Distinct users of each of these topics over all living gateways; a topic without any is left out. */
  count(topics: string[]): Promise<{ topic: string; watching: number }[]> {
    return this.database.query(
      `SELECT w.topic, count(DISTINCT w.user_id)::int AS watching FROM watcher w
       JOIN gateway_instance g ON g.id = w.gateway_id AND ${GATEWAY_LIVES}
       WHERE w.topic = ANY($1) GROUP BY w.topic`,
      [topics],
    );
  }

  /** Removes what gateways left that died a minute ago: until then one that was only cut off finds its rows again. */
  async removeDead(): Promise<void> {
    await this.database.query(
      `WITH dead AS (DELETE FROM gateway_instance WHERE seen_at < now() - interval '1 minute' RETURNING id)
       DELETE FROM watcher USING dead WHERE watcher.gateway_id = dead.id`,
    );
  }

  async removeOwn(): Promise<void> {
    await this.database.query(
      `WITH own AS (DELETE FROM gateway_instance WHERE id = $1) DELETE FROM watcher WHERE gateway_id = $1`,
      [this.gatewayId],
    );
  }
}

function columns(watching: Watching[]): [topics: string[], userIds: string[]] {
  return [watching.map(({ topic }) => topic), watching.map(({ userId }) => userId)];
}

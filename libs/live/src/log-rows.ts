import type { LiveEvent } from '#contracts';

/** A row of live_event as json_agg or the driver gives it. */
export interface LogRow {
  seq: number;
  type: string;
  at: string | Date;
  data: unknown;
}

/** The columns of `live_event e` as one json object; `at` in RFC 3339 with milliseconds, as events carry it. */
export const LOG_ROW_JSON = `json_build_object('seq', e.seq, 'type', e.type,
  'at', to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', e.data)`;

export function eventOf(topic: string, epoch: string, row: LogRow): LiveEvent {
  const at = typeof row.at === 'string' ? row.at : row.at.toISOString();
  return { topic, epoch, seq: row.seq, type: row.type, at, data: row.data } as LiveEvent;
}

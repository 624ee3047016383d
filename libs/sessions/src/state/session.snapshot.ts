import type { Hand } from '#contracts';
import { type SnapshotSource, WATCHING_SQL } from '#live';
import {
  type CompositionRow,
  compositionOf,
  type ParticipantRow,
  participantOf,
  type RecordingRow,
  recordingOf,
  type SessionRow,
  sessionOf,
} from './session.rows.js';
import { LOBBY_TOPIC, sessionIdOf } from './topics.js';

interface SessionJson {
  session: SessionRow;
  participants: ParticipantRow[];
  compositions: CompositionRow[];
  recordings: RecordingRow[];
  hands: Hand[];
  watching: number;
}

// Participants that left longer ago are history: GET …/participants has them.
const LEFT_FOR = `interval '10 minutes'`;
// A lobby is a list to choose from, newest first; beyond this GET /v1/sessions pages through all.
const LOBBY_SIZE = 500;

const of = (table: string, order: string, extra = '') =>
  `(SELECT COALESCE(json_agg(x ORDER BY ${order}), '[]') FROM ${table} x WHERE x.session_id = s.id ${extra})`;

/** The snapshot of `session/<id>`, from the rows that the reducer's views were written to. */
export const sessionSnapshotSource: SnapshotSource = {
  matches: (topic) => sessionIdOf(topic) !== undefined,
  sql: `(SELECT jsonb_build_object(
        'session', row_to_json(s),
        'participants', ${of('participant', 'x.since, x.participant_id', `AND x.state IS NOT NULL AND NOT (x.state = 'disconnected' AND x.since < now() - ${LEFT_FOR})`)},
        'compositions', ${of('composition', 'x.since, x.id')},
        'recordings', ${of('recording', 'x.started_at, x.id', 'AND x.status IS NOT NULL')},
        'hands', (SELECT COALESCE(json_agg(json_build_object('userId', x.user_id) ORDER BY x.seq), '[]')
          FROM raised_hand x WHERE x.session_id = s.id),
        'watching', ${WATCHING_SQL}
      ) FROM session s WHERE s.id = substr($1, ${'session/'.length + 1}))`,
  toSnapshot: (json) => {
    const rows = json as SessionJson;
    return {
      session: sessionOf(rows.session),
      participants: rows.participants.map(participantOf),
      hands: rows.hands,
      compositions: rows.compositions.map(compositionOf),
      recordings: rows.recordings.map(recordingOf),
      audience: { watching: rows.watching },
    };
  },
};

/** The snapshot of `lobby`: public sessions that have not ended. */
export const lobbySnapshotSource: SnapshotSource = {
  matches: (topic) => topic === LOBBY_TOPIC,
  sql: `(SELECT COALESCE(jsonb_agg(row_to_json(s)), '[]') FROM (
      SELECT * FROM session WHERE visibility = 'public' AND status <> 'ended'
      ORDER BY created_at DESC, id DESC LIMIT ${LOBBY_SIZE}
    ) s)`,
  toSnapshot: (json) => ({ sessions: (json as SessionRow[]).map(sessionOf) }),
};

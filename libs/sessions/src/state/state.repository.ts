import { isDeepStrictEqual } from 'node:util';
import type { LiveChange, Session } from '#contracts';
import {
  type CompositionMemory,
  diff,
  disconnectReasons,
  type LiveState,
  type ParticipantMemory,
  project,
  type RecordingMemory,
  type StageSessionMemory,
  type View,
} from '#ivs';
import type { LiveTransaction } from '#live';
import type { Sql } from '#platform';
import { type SessionRow, sessionOf } from './session.rows.js';
import { LOBBY_TOPIC, sessionTopic } from './topics.js';

interface StateRow {
  session: SessionRow;
  stageSessions: StageSessionMemory[];
  participants: ParticipantMemory[];
  compositions: CompositionMemory[];
  recordings: RecordingMemory[];
}

const facts = (table: string) => `(SELECT COALESCE(json_agg(x.facts), '[]') FROM ${table} x WHERE x.session_id = s.id)`;

/** The reducer's state of a session in its rows: what clients see in columns, what the reducer remembers in `facts`. */
export class StateRepository {
  /** Locks the session without blocking joins, whose foreign keys need a share of it. */
  async loadForUpdate(sql: Sql, sessionId: string): Promise<LiveState | undefined> {
    await sql.query('SELECT id FROM session WHERE id = $1 FOR NO KEY UPDATE', [sessionId]);
    return this.load(sql, sessionId);
  }

  async load(sql: Sql, sessionId: string): Promise<LiveState | undefined> {
    const [row] = await sql.query<StateRow>(
      `SELECT row_to_json(s) AS session,
         (SELECT COALESCE(json_agg(json_strip_nulls(json_build_object('stageSessionId', x.stage_session_id,
            'earliestUs', x.earliest_us, 'startedUs', x.started_us, 'endedUs', x.ended_us))), '[]')
          FROM stage_session x WHERE x.session_id = s.id) AS "stageSessions",
         ${facts('participant')} AS participants,
         ${facts('composition')} AS compositions,
         ${facts('recording')} AS recordings
       FROM session s WHERE s.id = $1`,
      [sessionId],
    );
    return (
      row && {
        session: sessionOf(row.session),
        stageSessions: new Map(row.stageSessions.map((one) => [one.stageSessionId, one])),
        participants: new Map(row.participants.map((one) => [one.participantId, one])),
        compositions: new Map(row.compositions.map((one) => [one.compositionId, one])),
        recordings: new Map(row.recordings.map((one) => [one.id, one])),
      }
    );
  }

  /**
   * Writes what changed and appends the difference to the log, in the caller's transaction.
   * @returns what clients will see of it
   */
  async commit(tx: LiveTransaction, before: LiveState, after: LiveState): Promise<LiveChange[]> {
    const [seenBefore, seenAfter] = [project(before), project(after)];
    const changes = diff(seenBefore, seenAfter, disconnectReasons(after));
    await this.saveSession(tx.sql, before.session.id, seenBefore.session, seenAfter.session);
    await this.saveStageSessions(tx.sql, before, after);
    await this.saveParticipants(tx.sql, { before, after, seenBefore, seenAfter });
    await this.saveCompositions(tx.sql, { before, after, seenBefore, seenAfter });
    await this.saveRecordings(tx.sql, { before, after, seenBefore, seenAfter });
    await tx.append(sessionTopic(before.session.id), changes);
    if (seenAfter.session.visibility === 'public') {
      await tx.append(
        LOBBY_TOPIC,
        changes.filter((change) => change.type.startsWith('session.')),
      );
    }
    return changes;
  }

  private async saveSession(sql: Sql, id: string, before: Session, after: Session): Promise<void> {
    if (isDeepStrictEqual(before, after)) return;
    await sql.query(`UPDATE session SET status = $2, started_at = $3, ended_at = $4, end_reason = $5 WHERE id = $1`, [
      id,
      after.status,
      after.startedAt ?? null,
      after.endedAt ?? null,
      after.endReason ?? null,
    ]);
  }

  private async saveStageSessions(sql: Sql, before: LiveState, after: LiveState): Promise<void> {
    const changed = changedValues(before.stageSessions, after.stageSessions);
    if (changed.length === 0) return;
    await sql.query(
      `INSERT INTO stage_session (session_id, stage_session_id, earliest_us, started_us, ended_us)
       SELECT $1, x."stageSessionId", x."earliestUs", x."startedUs", x."endedUs"
       FROM jsonb_to_recordset($2) AS x("stageSessionId" text, "earliestUs" int8, "startedUs" int8, "endedUs" int8)
       ON CONFLICT (session_id, stage_session_id) DO UPDATE
       SET earliest_us = EXCLUDED.earliest_us, started_us = EXCLUDED.started_us, ended_us = EXCLUDED.ended_us`,
      [after.session.id, JSON.stringify(changed)],
    );
  }

  private async saveParticipants(sql: Sql, step: Step): Promise<void> {
    const rows = changedRows(step, 'participants', (one) => one.participantId);
    if (rows.length === 0) return;
    await sql.query(
      `INSERT INTO participant (session_id, participant_id, user_id, role, state, attributes, since, replica_of, publish_error, facts)
       SELECT $1, x.id, x.seen->>'userId', (x.seen->>'role')::participant_role, (x.seen->>'state')::participant_state,
         COALESCE(x.seen->'attributes', '{}'), (x.seen->>'since')::timestamptz, x.seen->'replicaOf', x.seen->'publishError', x.facts
       FROM jsonb_to_recordset($2) AS x(id text, seen jsonb, facts jsonb)
       ON CONFLICT (session_id, participant_id) DO UPDATE
       SET user_id = EXCLUDED.user_id, role = EXCLUDED.role, state = EXCLUDED.state, attributes = EXCLUDED.attributes,
         since = EXCLUDED.since, replica_of = EXCLUDED.replica_of, publish_error = EXCLUDED.publish_error, facts = EXCLUDED.facts`,
      [step.after.session.id, JSON.stringify(rows)],
    );
  }

  private async saveCompositions(sql: Sql, step: Step): Promise<void> {
    const rows = changedRows(step, 'compositions', (one) => one.compositionId);
    if (rows.length === 0) return;
    await sql.query(
      `INSERT INTO composition (session_id, id, arn, state, since, error_code, reason, destinations, facts)
       SELECT $1, x.id, x.seen->>'arn', (x.seen->>'state')::composition_state, (x.seen->>'since')::timestamptz,
         x.seen->>'errorCode', x.seen->>'reason', x.seen->'destinations', x.facts
       FROM jsonb_to_recordset($2) AS x(id text, seen jsonb, facts jsonb)
       ON CONFLICT (id) DO UPDATE
       SET arn = EXCLUDED.arn, state = EXCLUDED.state, since = EXCLUDED.since, error_code = EXCLUDED.error_code,
         reason = EXCLUDED.reason, destinations = EXCLUDED.destinations, facts = EXCLUDED.facts`,
      [step.after.session.id, JSON.stringify(rows)],
    );
  }

  private async saveRecordings(sql: Sql, step: Step): Promise<void> {
    const rows = changedRows(step, 'recordings', (one) => one.id);
    if (rows.length === 0) return;
    await sql.query(
      `INSERT INTO recording (session_id, id, kind, status, participant_id, bucket, prefix, duration_ms, started_at, ended_at,
         error_code, reason, facts)
       SELECT $1, x.id, (x.facts->>'kind')::recording_kind, (x.seen->>'status')::recording_status, x.seen->>'participantId',
         x.seen->>'bucket', x.seen->>'prefix', (x.seen->>'durationMs')::int8, (x.seen->>'startedAt')::timestamptz,
         (x.seen->>'endedAt')::timestamptz, x.seen->>'errorCode', x.seen->>'reason', x.facts
       FROM jsonb_to_recordset($2) AS x(id text, seen jsonb, facts jsonb)
       ON CONFLICT (id) DO UPDATE
       SET status = EXCLUDED.status, participant_id = EXCLUDED.participant_id, bucket = EXCLUDED.bucket, prefix = EXCLUDED.prefix,
         duration_ms = EXCLUDED.duration_ms, started_at = EXCLUDED.started_at, ended_at = EXCLUDED.ended_at,
         error_code = EXCLUDED.error_code, reason = EXCLUDED.reason, facts = EXCLUDED.facts`,
      [step.after.session.id, JSON.stringify(rows)],
    );
  }
}

interface Step {
  before: LiveState;
  after: LiveState;
  seenBefore: View;
  seenAfter: View;
}
type Collection = 'participants' | 'compositions' | 'recordings';

/** Reducers copy what they touch: what is still the same object did not change. */
function changedValues<T>(before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>): T[] {
  return [...after].flatMap(([id, value]) => (before.get(id) === value ? [] : [value]));
}

/** Rows whose memory changed, or whose appearance did: a newer stage session ends everyone of the older one. */
function changedRows<C extends Collection>(step: Step, collection: C, idOf: (seen: View[C][number]) => string) {
  const seenBefore = new Map(step.seenBefore[collection].map((seen) => [idOf(seen), seen]));
  const seenAfter = new Map(step.seenAfter[collection].map((seen) => [idOf(seen), seen]));
  return [...step.after[collection]].flatMap(([id, memory]) => {
    const isUntouched =
      step.before[collection].get(id) === memory && isDeepStrictEqual(seenBefore.get(id), seenAfter.get(id));
    return isUntouched ? [] : [{ id, seen: seenAfter.get(id) ?? null, facts: memory }];
  });
}

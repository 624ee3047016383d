import type { Composition, Lifecycle, Participant, Recording, Session } from '#contracts';

/**
 * Rows as Postgres gives them through `row_to_json` and `json_agg` (snake case, times as text), and what they are on the
 * wire. The snapshot and the reducer's state come from the same mappers, so that both agree with the log.
 */
export interface SessionRow {
  id: string;
  name: string;
  status: Session['status'];
  visibility: Session['visibility'];
  stage_door: Session['stageDoor'];
  host_user_id: string | null;
  region: string;
  stage_arn: string;
  room_arn: string | null;
  recording: Session['recording'];
  lifecycle: Lifecycle;
  metadata: Session['metadata'];
  created_at: string | Date;
  started_at: string | Date | null;
  ended_at: string | Date | null;
  end_reason: Session['endReason'] | null;
}

export interface ParticipantRow {
  participant_id: string;
  user_id: string | null;
  role: Participant['role'] | null;
  state: Participant['state'];
  attributes: Record<string, string>;
  since: string | Date;
  replica_of: Participant['replicaOf'] | null;
  publish_error: Participant['publishError'] | null;
}

export interface CompositionRow {
  id: string;
  arn: string | null;
  state: Composition['state'];
  since: string | Date;
  error_code: string | null;
  reason: string | null;
  destinations: Composition['destinations'];
}

export interface RecordingRow {
  id: string;
  kind: Recording['kind'];
  status: Recording['status'];
  participant_id: string | null;
  bucket: string | null;
  prefix: string | null;
  duration_ms: number | string | null;
  started_at: string | Date | null;
  ended_at: string | Date | null;
  error_code: string | null;
  reason: string | null;
}

const iso = (value: string | Date) => new Date(value).toISOString();
/** An absent field rather than a null: what optional fields are on the wire. */
const optional = <K extends string, V>(key: K, value: V | null | undefined): { [P in K]?: V } =>
  (value === null || value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
const optionalTime = <K extends string>(key: K, value: string | Date | null) =>
  optional(key, value === null ? null : iso(value));

export function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    name: row.name,
    status: row.status,
    visibility: row.visibility,
    stageDoor: row.stage_door,
    ...optional('hostUserId', row.host_user_id),
    region: row.region,
    stageArn: row.stage_arn,
    ...optional('roomArn', row.room_arn),
    createdAt: iso(row.created_at),
    ...optionalTime('startedAt', row.started_at),
    ...optionalTime('endedAt', row.ended_at),
    ...optional('endReason', row.end_reason),
    recording: row.recording,
    lifecycle: row.lifecycle,
    metadata: row.metadata,
  };
}

export function participantOf(row: ParticipantRow): Participant {
  return {
    participantId: row.participant_id,
    ...optional('userId', row.user_id),
    ...optional('role', row.role),
    state: row.state,
    attributes: row.attributes,
    since: iso(row.since),
    ...optional('replicaOf', row.replica_of),
    ...optional('publishError', row.publish_error),
  };
}

export function compositionOf(row: CompositionRow): Composition {
  return {
    compositionId: row.id,
    ...optional('arn', row.arn),
    state: row.state,
    since: iso(row.since),
    ...optional('errorCode', row.error_code),
    ...optional('reason', row.reason),
    destinations: row.destinations,
  };
}

export function recordingOf(row: RecordingRow): Recording {
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    ...optional('participantId', row.participant_id),
    ...optional('bucket', row.bucket),
    ...optional('prefix', row.prefix),
    ...optional('durationMs', row.duration_ms === null ? null : Number(row.duration_ms)),
    ...optionalTime('startedAt', row.started_at),
    ...optionalTime('endedAt', row.ended_at),
    ...optional('errorCode', row.error_code),
    ...optional('reason', row.reason),
  };
}

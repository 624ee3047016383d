import { isoFromMicros } from '#platform/time';

/** IVS events as EventBridge delivers them, in the editions that IVS has had. Identifiers are made up. */
export const STAGE_ARN = 'arn:aws:ivs:eu-central-1:210987654321:stage/Show0001';
export const OTHER_STAGE_ARN = 'arn:aws:ivs:eu-central-1:210987654321:stage/Elsewhere1';

/** `current` has event_time and event_time_precise, `coarse` only event_time, `legacy` neither. */
export type Edition = 'current' | 'coarse' | 'legacy';

export interface RawEvent {
  id: string;
  atUs: number;
  edition: Edition;
}

const US_PER_SECOND = 1_000_000;

/** With six digits and Z. */
export function preciseTime(us: number): string {
  return isoFromMicros(us).replace(/\.\d+Z$/, `.${String(us % US_PER_SECOND).padStart(6, '0')}Z`);
}

export function secondTime(us: number): string {
  return isoFromMicros(us).replace(/\.\d+Z$/, 'Z');
}

function envelope({ id, atUs }: RawEvent, detailType: string, resource: string, detail: object): object {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source: 'aws.ivs',
    account: '210987654321',
    time: secondTime(atUs),
    region: 'eu-central-1',
    resources: [resource],
    detail,
  };
}

function times({ atUs, edition }: RawEvent): object {
  if (edition === 'legacy') return {};
  return edition === 'coarse'
    ? { event_time: secondTime(atUs) }
    : { event_time: secondTime(atUs), event_time_precise: preciseTime(atUs) };
}

export interface OnStage {
  stageSessionId: string;
  participantId: string;
  userId: string;
  isReplica?: boolean;
}

export function stageUpdate(event: RawEvent, name: string, who: OnStage, extra: object = {}): object {
  const replica = { replica: true, source_stage_arn: OTHER_STAGE_ARN, source_session_id: 'st-elsewhere' };
  return envelope(event, 'IVS Stage Update', STAGE_ARN, {
    session_id: who.stageSessionId,
    event_name: name,
    ...times(event),
    user_id: who.userId,
    participant_id: who.participantId,
    ...(who.isReplica && replica),
    ...extra,
  });
}

export function compositionChange(event: RawEvent, name: string, compositionId: string, extra: object = {}): object {
  const arn = `arn:aws:ivs:eu-central-1:210987654321:composition/${compositionId}`;
  const detail = { event_name: name, stage_arn: STAGE_ARN, ...extra };
  return envelope(event, 'IVS Composition State Change', arn, detail);
}

export function recordingChange(event: RawEvent, name: string, who: OnStage, extra: object = {}): object {
  return envelope(event, 'IVS Participant Recording State Change', STAGE_ARN, {
    session_id: who.stageSessionId,
    event_name: name,
    participant_id: who.participantId,
    recording_s3_bucket_name: 'show-recordings',
    recording_s3_key_prefix: `Show0001/${who.stageSessionId}/${who.participantId}/1`,
    ...extra,
  });
}

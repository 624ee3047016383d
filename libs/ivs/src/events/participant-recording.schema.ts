import { z } from 'zod';
import { Ids } from '#platform/ids';
import type { Fact, RecordingReached } from '../reducer/facts.js';
import { plain } from '../reducer/plain.js';
import { type Envelope, eventTimes, timeOf } from './envelope.schema.js';
import { Arn, Id, OptionalArn, OptionalId, OptionalText } from './text.schema.js';

/**
 * IVS Participant Recording State Change. Fragments that IVS merges share a prefix, and their stage session can differ from
 * the one in it; a delayed end may tell an old stage session. So the stage session is not used at all.
 */
const recording = {
  participant_id: Id,
  recording_duration_ms: z.int().nonnegative().nullish(),
  error_code: OptionalId,
  reason: OptionalText,
  ...eventTimes,
};
const Recorded = z.object({ ...recording, recording_s3_bucket_name: Arn, recording_s3_key_prefix: Arn });
const NotStarted = z.object({
  ...recording,
  recording_s3_bucket_name: OptionalArn,
  recording_s3_key_prefix: OptionalArn,
});

type Reader = (envelope: Envelope) => Fact[];

/** Event name → facts. A reader throws a ZodError for a detail that is not valid. */
export const participantRecordings: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Recording Start', (envelope) => [recorded(envelope, 'started')]],
  ['Recording End', (envelope) => [recorded(envelope, 'ended')]],
  ['Recording End Failure', (envelope) => [recorded(envelope, 'failed')]],
  ['Recording Start Failure', (envelope) => [notStarted(envelope)]],
]);

const ids = new Ids();

/** The id of the recording under a prefix: the same whoever computes it. */
export function recordingIdOf(bucket: string, prefix: string): string {
  return ids.named(`recording/${bucket}/${prefix}`);
}

function recorded(envelope: Envelope, status: RecordingReached['status']): Fact {
  const detail = Recorded.parse(envelope.detail);
  const recordingId = recordingIdOf(detail.recording_s3_bucket_name, detail.recording_s3_key_prefix);
  return reached(envelope, detail, { recordingId, status });
}

/** Nothing was written: the prefix, if there is one, may be used by the next attempt. */
function notStarted(envelope: Envelope): Fact {
  const detail = NotStarted.parse(envelope.detail);
  const recordingId = ids.named(`recording-not-started/${detail.participant_id}/${envelope.id}`);
  return reached(envelope, detail, { recordingId, status: 'failed' });
}

function reached(
  envelope: Envelope,
  detail: z.infer<typeof NotStarted>,
  what: Pick<RecordingReached, 'recordingId' | 'status'>,
): Fact {
  return plain({
    ...what,
    kind: 'recording.reached',
    id: envelope.id,
    participantId: detail.participant_id,
    bucket: detail.recording_s3_bucket_name,
    prefix: detail.recording_s3_key_prefix,
    durationMs: detail.recording_duration_ms ?? undefined,
    errorCode: detail.error_code,
    reason: detail.reason,
    atUs: timeOf(envelope, detail).us,
  });
}

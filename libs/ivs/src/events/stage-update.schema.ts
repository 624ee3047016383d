import { z } from 'zod';
import type { Fact, PublishingChanged } from '../reducer/facts.js';
import { plain } from '../reducer/plain.js';
import { type Envelope, eventTimes, timeOf } from './envelope.schema.js';
import { Id, OptionalArn, OptionalAttributes, OptionalId } from './text.schema.js';

/** IVS Stage Update (docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/eventbridge.html). All but the ids is optional in some edition. */
const onStage = { session_id: Id, participant_id: Id, user_id: OptionalId, ...eventTimes };

const Publishing = z.object({
  ...onStage,
  replica: z.boolean().nullish(),
  source_stage_arn: OptionalArn,
  source_session_id: OptionalId,
});
const PublishError = z.object({ ...onStage, error_code: OptionalId });
const Token = z.object({ user_id: OptionalId, attributes: OptionalAttributes });
const Exchange = z.object({ ...onStage, new_token: Token.nullish() });
const Replication = z.object(onStage);

type StageUpdate = z.infer<z.ZodObject<typeof onStage>>;
type Reader = (envelope: Envelope) => Fact[];

/** Event name → facts. A reader throws a ZodError for a detail that is not valid. */
export const stageUpdates: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Participant Published', (envelope) => [publishing('participant.published', envelope)]],
  ['Participant Unpublished', (envelope) => [publishing('participant.unpublished', envelope)]],
  ['Participant Publish Error', (envelope) => [publishError(envelope)]],
  ['Token Exchanged', (envelope) => [exchange(envelope)]],
  ['Participant Replication Start', replication],
  ['Participant Replication End', replication],
]);

function base(envelope: Envelope, detail: StageUpdate) {
  return {
    id: envelope.id,
    stageSessionId: detail.session_id,
    participantId: detail.participant_id,
    userId: detail.user_id,
    atUs: timeOf(envelope, detail).us,
  };
}

function publishing(kind: PublishingChanged['kind'], envelope: Envelope): Fact {
  const detail = Publishing.parse(envelope.detail);
  const { source_stage_arn: stageArn, source_session_id: stageSessionId } = detail;
  const isReplica = detail.replica === true || stageArn !== undefined;
  return plain({
    ...base(envelope, detail),
    kind,
    isPrecise: timeOf(envelope, detail).isPrecise,
    isReplica: isReplica || undefined,
    replicaOf: stageArn === undefined ? undefined : plain({ stageArn, stageSessionId }),
  });
}

function publishError(envelope: Envelope): Fact {
  const detail = PublishError.parse(envelope.detail);
  return plain({ ...base(envelope, detail), kind: 'participant.publish_failed', code: detail.error_code ?? 'UNKNOWN' });
}

function exchange(envelope: Envelope): Fact {
  const detail = Exchange.parse(envelope.detail);
  const { user_id: userId = detail.user_id, attributes } = detail.new_token ?? {};
  return plain({ ...base(envelope, detail), kind: 'participant.token_exchanged', userId, attributes });
}

/** Says on the source stage that a copy began or ended elsewhere: nothing changes here. */
function replication(envelope: Envelope): Fact[] {
  Replication.parse(envelope.detail);
  return [];
}

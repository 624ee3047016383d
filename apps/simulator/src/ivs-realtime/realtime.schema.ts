import { z } from 'zod';
import { Attributes, integer, list, oneOf, TagKeys, Tags, text } from '../protocol/constraints.schema.js';

/** The members of IVS Real-Time's operations with the constraints of its service model (2020-07-14). */
const StageArn = text({ min: 1, max: 128, pattern: 'arn:aws:ivs:[a-z0-9-]+:[0-9]+:stage/[a-zA-Z0-9-]+' });
const ResourceArn = text({ min: 1, max: 128, pattern: 'arn:aws:ivs:[a-z0-9-]+:[0-9]+:[a-z-]+/[a-zA-Z0-9-]+' });
const StorageArn = text({
  max: 128,
  pattern: '$|^arn:aws:ivs:[a-z0-9-]+:[0-9]+:storage-configuration/[a-zA-Z0-9-]+',
});
const StageName = text({ max: 128, pattern: '[a-zA-Z0-9-_]*' });
const SessionId = text({ min: 16, max: 16, pattern: 'st-[a-zA-Z0-9]+' });
const ParticipantId = text({ max: 64, pattern: '[a-zA-Z0-9-_]*' });
const UserId = text({ max: 128 });
const NextToken = text({ max: 1_024, pattern: '[a-zA-Z0-9+/=_-]*' });
const Paging = { nextToken: NextToken.optional(), maxResults: integer({ min: 1, max: 100 }).default(50) };

const DEFAULT_DURATION_MINUTES = 720;
const TokenConfiguration = z.object({
  duration: integer({ min: 1, max: 20_160 }).default(DEFAULT_DURATION_MINUTES),
  userId: UserId.optional(),
  attributes: Attributes.optional(),
  capabilities: list(oneOf(['PUBLISH', 'SUBSCRIBE']), { max: 2 }).optional(),
});
export type TokenConfiguration = z.infer<typeof TokenConfiguration>;

const RecordingConfiguration = z.object({
  storageConfigurationArn: StorageArn,
  mediaTypes: list(oneOf(['AUDIO_VIDEO', 'AUDIO_ONLY', 'NONE']), { max: 1 }).optional(),
  thumbnailConfiguration: z
    .object({
      targetIntervalSeconds: integer({ min: 1, max: 86_400 }).optional(),
      storage: list(oneOf(['SEQUENTIAL', 'LATEST']), { max: 2 }).optional(),
      recordingMode: oneOf(['INTERVAL', 'DISABLED']).optional(),
    })
    .optional(),
  recordingReconnectWindowSeconds: integer({ min: 0, max: 300 }).optional(),
  hlsConfiguration: z.object({ targetSegmentDurationSeconds: integer({ min: 2, max: 10 }).optional() }).optional(),
  recordParticipantReplicas: z.boolean().optional(),
});
export type RecordingConfiguration = z.infer<typeof RecordingConfiguration>;

export const CreateStage = z.object({
  name: StageName.optional(),
  participantTokenConfigurations: list(TokenConfiguration, { max: 12 }).optional(),
  tags: Tags.optional(),
  autoParticipantRecordingConfiguration: RecordingConfiguration.optional(),
});
export const GetStage = z.object({ arn: StageArn });
export const DeleteStage = GetStage;
export const UpdateStage = z.object({
  arn: StageArn,
  name: StageName.optional(),
  autoParticipantRecordingConfiguration: RecordingConfiguration.optional(),
});
export const ListStages = z.object(Paging);
export const CreateParticipantToken = TokenConfiguration.extend({ stageArn: StageArn });
export const DisconnectParticipant = z.object({
  stageArn: StageArn,
  participantId: ParticipantId,
  reason: text({ max: 128 }).optional(),
});

const InSession = { stageArn: StageArn, sessionId: SessionId };
export const GetParticipant = z.object({ ...InSession, participantId: ParticipantId });
export const ListParticipants = z.object({
  ...InSession,
  ...Paging,
  filterByUserId: UserId.optional(),
  filterByPublished: z.boolean().optional(),
  filterByState: oneOf(['CONNECTED', 'DISCONNECTED']).optional(),
  filterByRecordingState: oneOf(['STARTING', 'ACTIVE', 'STOPPING', 'STOPPED', 'FAILED']).optional(),
});
export const ListParticipantEvents = z.object({ ...InSession, ...Paging, participantId: ParticipantId });
export const GetStageSession = z.object(InSession);
export const ListStageSessions = z.object({ stageArn: StageArn, ...Paging });

export const TagResource = z.object({ resourceArn: ResourceArn, tags: Tags });
export const UntagResource = z.object({ resourceArn: ResourceArn, tagKeys: TagKeys });
export const ListTagsForResource = z.object({ resourceArn: ResourceArn });

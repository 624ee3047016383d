import { z } from 'zod';
import { ChatPolicy } from './chat-policy.schema.js';

/** RFC 3339, UTC. */
export const Timestamp = z.iso.datetime();

export const SessionStatus = z.enum(['scheduled', 'live', 'ended']);
export type SessionStatus = z.infer<typeof SessionStatus>;

export const Visibility = z.enum(['public', 'private']);
export type Visibility = z.infer<typeof Visibility>;

export const StageDoor = z.enum(['invitation', 'open']);
export type StageDoor = z.infer<typeof StageDoor>;

export const RecordingMode = z.enum(['none', 'participant', 'composite']);
export type RecordingMode = z.infer<typeof RecordingMode>;

export const EndReason = z.enum([
  'host_ended',
  'host_left',
  'moderator_ended',
  'api_ended',
  'idle',
  'never_started',
  'last_one',
  'max_age',
]);
export type EndReason = z.infer<typeof EndReason>;

/** What may end a session that nobody asked to end; seconds. `lastOneSeconds` is off when absent. */
export const Lifecycle = z.strictObject({
  hostGraceSeconds: z.int().min(0).max(86_400).default(30),
  idleSeconds: z.int().min(1).max(604_800).default(600),
  neverStartedSeconds: z.int().min(1).max(2_592_000).default(3_600),
  maxAgeSeconds: z.int().min(1).max(2_592_000).default(86_400),
  lastOneSeconds: z.int().min(1).max(604_800).optional(),
});
export type Lifecycle = z.infer<typeof Lifecycle>;

/** A user id: what IVS takes for one, 1 to 128 characters, no control characters. */
export const UserId = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[^\p{C}]*$/u, 'no control characters or lone surrogates');

/** AWS's form of a region's name. */
export const Region = z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region, such as us-west-2');

const METADATA_BYTES = 8_192;
export const Metadata = z
  .record(z.string().max(128), z.json())
  .refine((value) => Buffer.byteLength(JSON.stringify(value)) <= METADATA_BYTES, `at most ${METADATA_BYTES} bytes`);

/** A show with its own stage. `status` is `live` from the first publish of its host (of anyone when it has no host). */
export const Session = z.object({
  id: z.string(),
  name: z.string(),
  status: SessionStatus,
  visibility: Visibility,
  stageDoor: StageDoor,
  hostUserId: z.string().optional(),
  region: z.string(),
  stageArn: z.string(),
  roomArn: z.string().optional(),
  createdAt: Timestamp,
  startedAt: Timestamp.optional(),
  endedAt: Timestamp.optional(),
  endReason: EndReason.optional(),
  recording: RecordingMode,
  lifecycle: Lifecycle,
  metadata: Metadata,
});
export type Session = z.infer<typeof Session>;

const TITLE_LENGTH = 200;

/** POST /v1/sessions */
export const CreateSession = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(TITLE_LENGTH)
    .regex(/^[^\p{C}]*$/u, 'no control characters or lone surrogates'),
  hostUserId: UserId.optional(),
  region: Region.optional(),
  visibility: Visibility.default('public'),
  stageDoor: StageDoor.default('invitation'),
  /** Gives the session a chat room of its own. */
  chat: ChatPolicy.optional(),
  recording: RecordingMode.default('none'),
  lifecycle: Lifecycle.prefault({}),
  metadata: Metadata.default({}),
});
export type CreateSession = z.infer<typeof CreateSession>;

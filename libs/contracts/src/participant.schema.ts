import { z } from 'zod';
import { JoinedChat } from './chat.schema.js';
import { Timestamp, UserId } from './session.schema.js';

export const ParticipantRole = z.enum(['host', 'guest', 'viewer', 'moderator']);
export type ParticipantRole = z.infer<typeof ParticipantRole>;

export const ParticipantState = z.enum(['published', 'unpublished', 'disconnected']);
export type ParticipantState = z.infer<typeof ParticipantState>;

/** One participant of the stage as IVS knows it. `role` is the role of record, absent for tokens that we did not issue. */
export const Participant = z.object({
  participantId: z.string(),
  userId: z.string().optional(),
  role: ParticipantRole.optional(),
  state: ParticipantState,
  attributes: z.record(z.string(), z.string()),
  since: Timestamp,
  replicaOf: z.object({ stageArn: z.string(), stageSessionId: z.string().optional() }).optional(),
  publishError: z.object({ code: z.string(), at: Timestamp }).optional(),
});
export type Participant = z.infer<typeof Participant>;

const DEVICE_ID_LENGTH = 64;
export const DeviceId = z
  .string()
  .min(1)
  .max(DEVICE_ID_LENGTH)
  .regex(/^[A-Za-z0-9_.-]+$/, 'letters, digits, _ . -');

/** POST /v1/sessions/{id}/join */
export const JoinSession = z.strictObject({
  userId: UserId.optional(),
  role: ParticipantRole.default('viewer'),
  deviceId: DeviceId.optional(),
  displayName: z
    .string()
    .trim()
    .min(1)
    .max(128)
    .regex(/^[^\p{C}]+$/u)
    .optional(),
});
export type JoinSession = z.infer<typeof JoinSession>;

/** The answer of join: everything that a client needs. The strings are the tokens. */
export const JoinedSession = z.object({
  participantToken: z.string(),
  participantId: z.string(),
  deviceId: z.string(),
  expiresAt: Timestamp,
  accessToken: z.string(),
  live: z.object({ url: z.string(), topic: z.string() }),
  /** Absent when the session has no chat. */
  chat: JoinedChat.optional(),
});
export type JoinedSession = z.infer<typeof JoinedSession>;

import { z } from 'zod';
import { Timestamp, UserId } from './session.schema.js';

/** POST /v1/sessions/{id}/invitations */
export const CreateInvitation = z.strictObject({ userId: UserId });
export type CreateInvitation = z.infer<typeof CreateInvitation>;

/** A viewer who may join as a guest. */
export const Invitation = z.object({ userId: z.string(), invitedAt: Timestamp });
export type Invitation = z.infer<typeof Invitation>;

/** POST /v1/sessions/{id}/hands; with an access token it is one's own. */
export const RaiseHand = z.strictObject({ userId: UserId.optional() });
export type RaiseHand = z.infer<typeof RaiseHand>;

/** DELETE /v1/sessions/{id}/hands; absent: one's own. */
export const ReadHand = z.strictObject({ userId: UserId.optional() });
export type ReadHand = z.infer<typeof ReadHand>;

/** Somebody who asks to come on stage. */
export const Hand = z.object({ userId: z.string() });
export type Hand = z.infer<typeof Hand>;

// What IVS takes as the reason of DisconnectParticipant.
const REASON_LENGTH = 128;

/** POST /v1/sessions/{id}/participants/{participantId}/disconnect. The reason is public: everyone who follows is told. */
export const DisconnectParticipant = z.strictObject({
  reason: z
    .string()
    .trim()
    .min(1)
    .max(REASON_LENGTH)
    .regex(/^[^\p{C}]+$/u, 'no control characters or lone surrogates'),
});
export type DisconnectParticipant = z.infer<typeof DisconnectParticipant>;

/** POST /v1/sessions/{id}/participants/{participantId}/role */
export const ChangeRole = z.strictObject({ role: z.enum(['guest', 'viewer']) });
export type ChangeRole = z.infer<typeof ChangeRole>;

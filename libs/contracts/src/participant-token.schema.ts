import { z } from 'zod';
import { DeviceId } from './participant.schema.js';
import { Timestamp } from './session.schema.js';

/** POST /v1/sessions/{id}/participant-token. The device may be left out by a user with one. */
export const RenewParticipantToken = z.strictObject({ deviceId: DeviceId.optional() });
export type RenewParticipantToken = z.infer<typeof RenewParticipantToken>;

export const RenewedParticipantToken = z.object({
  participantToken: z.string(),
  participantId: z.string(),
  deviceId: z.string(),
  expiresAt: Timestamp,
});
export type RenewedParticipantToken = z.infer<typeof RenewedParticipantToken>;

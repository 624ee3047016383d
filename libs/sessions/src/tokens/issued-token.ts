import type { ParticipantRole } from '#contracts';

/** Who a participant token is for. */
export interface TokenHolder {
  userId: string;
  deviceId: string;
  role: ParticipantRole;
  attributes: Record<string, string>;
}

export interface IssuedToken extends TokenHolder {
  participantId: string;
  sessionId: string;
  capabilities: readonly string[];
  expiresAt: Date;
  /** The key's ARN; absent for a token made by CreateParticipantToken. */
  kid?: string;
}

/** The latest token of one device. */
export interface DeviceToken extends TokenHolder {
  participantId: string;
  expiresAt: Date;
  isRevoked: boolean;
}

import type { Tags } from '../protocol/constraints.schema.js';

export type Capability = 'PUBLISH' | 'SUBSCRIBE';

export interface ParticipantEvent {
  seq: number;
  name: 'JOINED' | 'LEFT' | 'PUBLISH_STARTED' | 'PUBLISH_STOPPED' | 'PUBLISH_ERROR' | 'TOKEN_EXCHANGED';
  atMs: number;
  errorCode?: string;
}

/** A participant token's holder in one stage session. */
export interface Participant {
  seq: number;
  participantId: string;
  userId: string;
  attributes: Record<string, string>;
  capabilities: Capability[];
  /** The expiry of its latest token. Absent in snapshots of before there were exchanges. */
  expiresAtMs?: number;
  isExchangeable?: boolean;
  isConnected: boolean;
  isPublishing: boolean;
  /** Ever in this stage session: what IVS calls `published`. */
  hasPublished: boolean;
  /** Of an encoder; what a device speaks is not known here. */
  protocol?: 'RTMP' | 'RTMPS';
  firstJoinMs: number;
  events: ParticipantEvent[];
}

export interface StageSession {
  seq: number;
  sessionId: string;
  startMs: number;
  endMs?: number;
  /** When the last participant left, while the session lingers. */
  emptySinceMs?: number;
  participants: Participant[];
}

export interface StageEndpoints {
  events: string;
  whip: string;
  rtmp: string;
  rtmps: string;
}

export interface Stage {
  seq: number;
  arn: string;
  region: string;
  name?: string;
  tags: Tags;
  endpoints: StageEndpoints;
  recording?: Record<string, unknown>;
  sessions: StageSession[];
  /** Ids of participants whose token can no longer be used. */
  killed: string[];
}

/** A participant with the places that it stands in. */
export interface Placed {
  stage: Stage;
  session: StageSession;
  participant: Participant;
}

export const activeSession = (stage: Stage): StageSession | undefined =>
  stage.sessions.find((session) => session.endMs === undefined);

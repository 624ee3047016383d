import type { CompositionState, DestinationState, Participant, ParticipantRole, ParticipantState } from '#contracts';

/**
 * What is known to have happened, from an EventBridge event or from asking IVS. All times are microseconds since 1970.
 * `atUs` orders a fact; `sinceUs` is what clients are shown. For an event both are its own time. A fact learned by asking is
 * stamped with the moment before the call and carries the time that IVS answered as `sinceUs`.
 */
export type Fact = ParticipantFact | StageSessionObserved | CompositionFact | RecordingFact;

export type ParticipantFact =
  | PublishingChanged
  | ParticipantObserved
  | PublishFailed
  | TokenExchanged
  | TokenIssued
  | DisconnectedByUs;

export type ReplicaOf = NonNullable<Participant['replicaOf']>;

interface OnStage {
  /** EventBridge's id, or one made up for the answer; the last resort of the order. */
  id: string;
  stageSessionId: string;
  participantId: string;
  userId?: string;
  atUs: number;
}

/** Participant Published, Participant Unpublished. */
export interface PublishingChanged extends OnStage {
  kind: 'participant.published' | 'participant.unpublished';
  /** The time has digits below the second. */
  isPrecise: boolean;
  isReplica?: boolean;
  replicaOf?: ReplicaOf;
}

/** IVS's answer about one participant that it named. `disconnected` only when IVS says DISCONNECTED: absence denies nothing. */
export interface ParticipantObserved extends OnStage {
  kind: 'participant.observed';
  state: ParticipantState;
  sinceUs: number;
  attributes?: Record<string, string>;
  isReplica?: boolean;
  replicaOf?: ReplicaOf;
  /** When it first published in this stage session, if IVS's answer tells: a start is then known although events were lost. */
  firstPublishedUs?: number;
}

/** Participant Publish Error: not a state. */
export interface PublishFailed extends OnStage {
  kind: 'participant.publish_failed';
  code: string;
}

/** Token Exchanged: `userId` and `attributes` are the new token's. */
export interface TokenExchanged extends OnStage {
  kind: 'participant.token_exchanged';
  attributes?: Record<string, string>;
}

/** What we wrote into a token, or the role of record since. It does not make a participant visible by itself. */
export interface TokenIssued {
  kind: 'participant.token_issued';
  participantId: string;
  atUs: number;
  userId?: string;
  role?: ParticipantRole;
  attributes?: Record<string, string>;
}

/** IVS confirmed our DisconnectParticipant at `atUs`: the token is dead from then on. `reason` is public. */
export interface DisconnectedByUs {
  kind: 'participant.disconnected_by_us';
  participantId: string;
  atUs: number;
  reason: string;
}

/** IVS's answer about a stage session. No `endedUs` says nothing about its end. */
export interface StageSessionObserved {
  kind: 'stage_session.observed';
  stageSessionId: string;
  startedUs?: number;
  endedUs?: number;
}

interface OnComposition {
  id: string;
  compositionId: string;
  arn?: string;
  atUs: number;
  sinceUs: number;
  errorCode?: string;
  reason?: string;
}

/** A composition reached a state: an event, or the answer of StartComposition, StopComposition or GetComposition. */
export interface CompositionReached extends OnComposition {
  kind: 'composition.reached';
  state: CompositionState;
}

export interface DestinationReached extends OnComposition {
  kind: 'composition.destination_reached';
  destinationId: string;
  state: DestinationState;
}

export type CompositionFact = CompositionReached | DestinationReached;

/** A recording of one participant: one bucket and prefix (for a start failure one participant and event). */
export interface RecordingReached {
  kind: 'recording.reached';
  id: string;
  recordingId: string;
  status: 'started' | 'ended' | 'failed';
  participantId: string;
  bucket?: string;
  prefix?: string;
  durationMs?: number;
  errorCode?: string;
  reason?: string;
  atUs: number;
}

/** The recording can be played back. Not shown before any other fact of the recording is known. */
export interface RecordingReady {
  kind: 'recording.ready';
  recordingId: string;
  atUs: number;
}

export type RecordingFact = RecordingReached | RecordingReady;

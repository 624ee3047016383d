import type {
  Composition,
  CompositionState,
  DestinationState,
  Hand,
  Participant,
  ParticipantRole,
  ParticipantState,
  Recording,
  RecordingStatus,
  Session,
} from '#contracts';
import type { ReplicaOf } from './facts.js';

/**
 * All that is remembered of one session's live state. Each memory is plain JSON and is the `facts` column of its row; what
 * clients see is computed from it by `project`. The keys come from outside, hence maps rather than objects.
 */
export interface LiveState {
  readonly session: Session;
  readonly stageSessions: ReadonlyMap<string, StageSessionMemory>;
  readonly participants: ReadonlyMap<string, ParticipantMemory>;
  readonly compositions: ReadonlyMap<string, CompositionMemory>;
  readonly recordings: ReadonlyMap<string, RecordingMemory>;
}

/** What clients see: the contract's objects, each list sorted by id. */
export interface View {
  session: Session;
  participants: Participant[];
  compositions: Composition[];
  recordings: Recording[];
  /** In the order in which they were raised; absent while nobody's is. They come from the log only: no fact of IVS moves one. */
  hands?: Hand[];
}

export interface StageSessionMemory {
  stageSessionId: string;
  /** The earliest fact time seen in it. */
  earliestUs: number;
  /** Its start as IVS answered it. */
  startedUs?: number;
  /** Its end as IVS answered it. */
  endedUs?: number;
}

/** The fact that stands for one participant in one stage session. */
export interface Standing {
  kind: ParticipantState;
  source: 'event' | 'asked';
  id: string;
  atUs: number;
  sinceUs: number;
  isPrecise: boolean;
}

export interface OnStageMemory {
  stageSessionId: string;
  /** The first mention of the participant in it. */
  firstUs: number;
  /** The latest proof that its token was in use: a publish, or IVS saying so. */
  aliveUs?: number;
  winner?: Standing;
  /** Which kinds were told, and how precisely, within the second of the winner. */
  marks: string[];
}

/** A value with the moment that it was told. The greater rank wins, then the later moment. */
export interface Told<T> {
  value: T;
  rank: number;
  atUs: number;
  id: string;
}

export interface ParticipantMemory {
  participantId: string;
  /** Sorted by stage session id. */
  stages: OnStageMemory[];
  userId?: Told<string>;
  attributes?: Told<Record<string, string>>;
  replicaOf?: Told<ReplicaOf>;
  issued?: { atUs: number; userId?: string; role?: ParticipantRole; attributes?: Record<string, string> };
  publishError?: { code: string; atUs: number; id: string };
  disconnect?: { atUs: number; reason: string };
  /** Its first publishing that can start the session, as the host and as anyone. */
  hostStartUs?: number;
  anyStartUs?: number;
  /** It was issued as the host at any time. */
  isHost?: true;
  /** Since when it was away when the session ended. */
  awaySince?: string;
}

export interface Reached<S extends string> {
  state: S;
  id: string;
  atUs: number;
  sinceUs: number;
}

export interface Failure {
  errorCode?: string;
  reason?: string;
  atUs: number;
  id: string;
}

export interface DestinationMemory {
  id: string;
  starting?: Reached<DestinationState>;
  live?: Reached<DestinationState>;
  over?: Reached<DestinationState>;
  failure?: Failure;
}

export interface CompositionMemory {
  compositionId: string;
  arn?: string;
  firstUs: number;
  starting?: Reached<CompositionState>;
  active?: Reached<CompositionState>;
  stopping?: Reached<CompositionState>;
  over?: Reached<CompositionState>;
  failure?: Failure;
  /** Sorted by id. */
  destinations: DestinationMemory[];
}

export interface RecordingMemory {
  id: string;
  kind: Recording['kind'];
  participantId?: string;
  bucket?: string;
  prefix?: string;
  firstStartUs?: number;
  lastStartUs?: number;
  last?: {
    status: RecordingStatus;
    atUs: number;
    id: string;
    durationMs?: number;
    errorCode?: string;
    reason?: string;
  };
  readyUs?: number;
}

import { z } from 'zod';
import { Composition, CompositionDestination } from './composition.schema.js';
import { Participant } from './participant.schema.js';
import { Recording } from './recording.schema.js';
import { Session } from './session.schema.js';
import { Hand } from './stage-door.schema.js';

const session = z.object({ session: Session, reason: z.string().optional() });
const participant = z.object({
  participant: Participant,
  reason: z.string().optional(),
  errorCode: z.string().optional(),
});
const composition = z.object({ composition: Composition, destination: CompositionDestination.optional() });
const recording = z.object({ recording: Recording });

/**
 * Every event of the live log, type → shape of `data`. `data` holds whole changed objects: replacing them by id folds
 * the log into the snapshot. A comment says when each fires.
 */
export const liveEvents = {
  /** The session and its stage exist. Always number 1 of its topic. */
  'session.created': session,
  /** The first publish of the host (of anyone, without a host) is known. Once in a session's life. */
  'session.started': session,
  /** Ended, whatever the reason; `reason` repeats `endReason`. Once, and no session.* follows. */
  'session.ended': session,
  /** A visible field changed: an earlier start became known, or its metadata did. */
  'session.updated': session,
  /** The participant publishes; a second one with a newer `since` means that it published anew. */
  'participant.published': participant,
  /** The participant is known not to publish. */
  'participant.unpublished': participant,
  /** IVS refused to let the participant publish; `errorCode` is IVS's. */
  'participant.publish_failed': participant,
  /** It left the stage: we disconnected it, the stage session ended, or IVS said so when asked. */
  'participant.disconnected': participant,
  /** Its user, attributes or role of record changed (a token exchange). */
  'participant.role_changed': participant,
  /** Somebody asks to come on stage. */
  'hand.raised': Hand,
  /** Asks no more: taken down by whoever raised it or by the host, or come on stage. */
  'hand.lowered': Hand,
  /** StartComposition was answered. */
  'composition.starting': composition,
  'composition.active': composition,
  /** StopComposition was answered. */
  'composition.stopping': composition,
  'composition.stopped': composition,
  'composition.failed': composition,
  'composition.destination.started': composition,
  'composition.destination.reconnecting': composition,
  'composition.destination.ended': composition,
  'composition.destination.failed': composition,
  'recording.started': recording,
  'recording.ended': recording,
  'recording.failed': recording,
} as const;

export type LiveEventType = keyof typeof liveEvents;
export type LiveEventData<T extends LiveEventType> = z.infer<(typeof liveEvents)[T]>;

/** A change before it has a number: what reducers produce and the log appends. */
export type LiveChange = { [T in LiveEventType]: { type: T; data: LiveEventData<T> } }[LiveEventType];

/** One numbered event of a topic as it stands in the log and on the wire. */
export const LiveEvent = z.object({
  topic: z.string(),
  epoch: z.string(),
  seq: z.int().positive(),
  type: z.enum(Object.keys(liveEvents) as [LiveEventType, ...LiveEventType[]]),
  at: z.iso.datetime(),
  data: z.record(z.string(), z.json()),
});
export type LiveEvent = Omit<z.infer<typeof LiveEvent>, 'type' | 'data'> & LiveChange;

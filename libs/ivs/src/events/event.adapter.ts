import { ZodError, z } from 'zod';
import { microsFromMillis } from '#platform/time';
import type { Fact } from '../reducer/facts.js';
import { compositionChanges } from './composition-change.schema.js';
import { Envelope, EventName } from './envelope.schema.js';
import { participantRecordings } from './participant-recording.schema.js';
import { stageUpdates } from './stage-update.schema.js';
import { Id, OptionalArn } from './text.schema.js';

/** Why an element of the inbox is parked instead of applied: a closed list, since operators filter by it. */
export const PARK_REASONS = [
  /** Not an EventBridge envelope. */
  'malformed',
  /** Its source is not `aws.ivs`. */
  'foreign_source',
  /** An IVS event about something else (low-latency channels), or one that is newer than we are. */
  'unknown_type',
  /** The event is known but its detail lacks what it must have. */
  'invalid_detail',
  /** Its time lies in the future: as the latest fact it would win for ever. */
  'time_in_future',
  /** No session has this stage. */
  'unknown_stage',
] as const;
export type ParkReason = (typeof PARK_REASONS)[number];

export type ReadEvent =
  | { ok: true; id: string; detailType: string; stageArn: string; facts: Fact[] }
  | { ok: false; reason: ParkReason; id?: string; detailType?: string; stageArn?: string };

// AWS's clocks and ours agree within seconds; more than this is an error, not skew.
const FUTURE_TOLERANCE_MS = 5 * 60_000;

type Read = (envelope: Envelope) => Fact[];
const READERS: ReadonlyMap<string, ReadonlyMap<string, Read>> = new Map([
  ['IVS Stage Update', stageUpdates],
  ['IVS Composition State Change', compositionChanges],
  ['IVS Participant Recording State Change', participantRecordings],
]);

/**
 * Reads one element that was posted to us. Never throws: what cannot be applied comes back with the reason and with as much
 * of its identity as can be read.
 * @param receivedAtMs when it reached us, milliseconds since 1970
 */
export function readEvent(raw: unknown, receivedAtMs: number): ReadEvent {
  const parsed = Envelope.safeParse(raw);
  if (!parsed.success) return { ok: false, reason: 'malformed', ...identityOf(raw) };
  const envelope = parsed.data;
  const detailType = envelope['detail-type'];
  const stageArn = stageArnOf(envelope);
  const park = (reason: ParkReason): ReadEvent => ({
    ok: false,
    reason,
    id: envelope.id,
    detailType,
    ...(stageArn !== undefined && { stageArn }),
  });
  if (envelope.source !== 'aws.ivs') return park('foreign_source');
  const read = READERS.get(detailType)?.get(nameOf(envelope) ?? '');
  if (!read) return park('unknown_type');
  const facts = factsOf(read, envelope);
  if (!facts || stageArn === undefined) return park('invalid_detail');
  const latestUs = microsFromMillis(receivedAtMs + FUTURE_TOLERANCE_MS);
  if (facts.some((fact) => 'atUs' in fact && fact.atUs > latestUs)) return park('time_in_future');
  return { ok: true, id: envelope.id, detailType, stageArn, facts };
}

function factsOf(read: Read, envelope: Envelope): Fact[] | undefined {
  try {
    return read(envelope);
  } catch (error) {
    if (error instanceof ZodError) return undefined;
    throw error;
  }
}

function nameOf(envelope: Envelope): string | undefined {
  return EventName.safeParse(envelope.detail).data?.event_name;
}

/** The stage is the resource, except for compositions, which name it in their detail. */
function stageArnOf(envelope: Envelope): string | undefined {
  if (envelope['detail-type'] !== 'IVS Composition State Change') {
    return envelope.resources.find((arn) => arn.includes(':stage/'));
  }
  return z.object({ stage_arn: OptionalArn }).safeParse(envelope.detail).data?.stage_arn;
}

const Identity = z.object({ id: Id.optional().catch(undefined), 'detail-type': Id.optional().catch(undefined) });

function identityOf(raw: unknown): { id?: string; detailType?: string } {
  const { id, 'detail-type': detailType } = Identity.safeParse(raw).data ?? {};
  return { ...(id !== undefined && { id }), ...(detailType !== undefined && { detailType }) };
}

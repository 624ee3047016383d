import { z } from 'zod';
import type { CompositionReached, DestinationReached, Fact } from '../reducer/facts.js';
import { plain } from '../reducer/plain.js';
import { type Envelope, eventTimes, timeOf } from './envelope.schema.js';
import { Arn, Id, OptionalId, OptionalText } from './text.schema.js';

/** IVS Composition State Change: the composition is in `resources`, the stage in the detail. Older editions have no error code. */
const composition = { stage_arn: Arn, error_code: OptionalId, reason: OptionalText, ...eventTimes };
export const CompositionChange = z.object(composition);
const DestinationChange = z.object({ ...composition, id: Id });
const Resources = z.tuple([Arn.refine((arn) => /\/[^/]+$/.test(arn), 'not the ARN of a composition')], Arn);

type Reader = (envelope: Envelope) => Fact[];

/** Event name → facts. A reader throws a ZodError for a detail that is not valid. */
export const compositionChanges: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['Session Start', (envelope) => [reached(envelope, 'active')]],
  ['Session End', (envelope) => [reached(envelope, 'stopped')]],
  ['Session Failure', (envelope) => [reached(envelope, 'failed')]],
  ['Destination Start', (envelope) => [destination(envelope, 'active')]],
  ['Destination Reconnecting', (envelope) => [destination(envelope, 'reconnecting')]],
  ['Destination End', (envelope) => [destination(envelope, 'ended')]],
  ['Destination Failure', (envelope) => [destination(envelope, 'failed')]],
]);

function base(envelope: Envelope, detail: z.infer<typeof CompositionChange>) {
  const [arn] = Resources.parse(envelope.resources);
  const atUs = timeOf(envelope, detail).us;
  return {
    id: envelope.id,
    compositionId: arn.slice(arn.lastIndexOf('/') + 1),
    arn,
    atUs,
    sinceUs: atUs,
    errorCode: detail.error_code,
    reason: detail.reason,
  };
}

function reached(envelope: Envelope, state: CompositionReached['state']): Fact {
  return plain({ ...base(envelope, CompositionChange.parse(envelope.detail)), kind: 'composition.reached', state });
}

function destination(envelope: Envelope, state: DestinationReached['state']): Fact {
  const detail = DestinationChange.parse(envelope.detail);
  return plain({ ...base(envelope, detail), kind: 'composition.destination_reached', destinationId: detail.id, state });
}

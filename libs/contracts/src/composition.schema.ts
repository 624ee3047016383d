import { z } from 'zod';
import { Timestamp } from './session.schema.js';

export const CompositionState = z.enum(['starting', 'active', 'stopping', 'stopped', 'failed']);
export type CompositionState = z.infer<typeof CompositionState>;

export const DestinationState = z.enum(['starting', 'active', 'reconnecting', 'ended', 'failed']);
export type DestinationState = z.infer<typeof DestinationState>;

export const CompositionDestination = z.object({
  id: z.string(),
  state: DestinationState,
  since: Timestamp,
  errorCode: z.string().optional(),
  reason: z.string().optional(),
});
export type CompositionDestination = z.infer<typeof CompositionDestination>;

/** A server-side composition of the stage; `compositionId` is the last part of its ARN. */
export const Composition = z.object({
  compositionId: z.string(),
  arn: z.string().optional(),
  state: CompositionState,
  since: Timestamp,
  errorCode: z.string().optional(),
  reason: z.string().optional(),
  destinations: z.array(CompositionDestination),
});
export type Composition = z.infer<typeof Composition>;

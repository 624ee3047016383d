import { z } from 'zod';
import { microsFromRfc3339 } from '#platform/time';
import { Arn, Id, OptionalText } from './text.schema.js';

const RESOURCES = 16;

/** A time of an event in microseconds, and whether it has digits below the second. */
export const EventTime = z.string().transform((text, context) => {
  const moment = microsFromRfc3339(text);
  if (moment) return moment;
  context.addIssue({ code: 'custom', message: 'not an RFC 3339 time' });
  return z.NEVER;
});
export type EventTime = z.infer<typeof EventTime>;

export const OptionalEventTime = z.preprocess(
  (value) => (value === null || value === '' ? undefined : value),
  EventTime.optional(),
);

/**
 * What every EventBridge event has (docs.aws.amazon.com/eventbridge, "Event structure"). Fields that we do not use, and
 * fields that AWS adds, are tolerated.
 */
export const Envelope = z.object({
  id: Id,
  'detail-type': Id,
  source: Id,
  time: EventTime,
  resources: z.array(Arn).max(RESOURCES).default([]),
  detail: z.record(z.string(), z.unknown()),
});
export type Envelope = z.infer<typeof Envelope>;

/** `detail.event_name` tells most IVS events of one detail type apart. */
export const EventName = z.object({ event_name: OptionalText });

/** The times of a Stage Update; editions before June 2026 have none. */
export const eventTimes = { event_time: OptionalEventTime, event_time_precise: OptionalEventTime };

/** The most exact time that an event carries. */
export function timeOf(
  envelope: Envelope,
  detail: { event_time?: EventTime | undefined; event_time_precise?: EventTime | undefined },
): EventTime {
  return detail.event_time_precise ?? detail.event_time ?? envelope.time;
}

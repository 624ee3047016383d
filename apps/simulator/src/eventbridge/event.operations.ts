import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { isDefaultBus } from './bus-name.rule.js';
import type { CloudEvent } from './cloud-event.js';
import type { EventBus } from './event-bus.js';
import { refused } from './eventbridge.errors.js';
import * as schema from './eventbridge.schema.js';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
const LARGEST_REQUEST_BYTES = 1_048_576;

interface Rejection {
  ErrorCode: string;
  ErrorMessage: string;
}

export function eventOperations(bus: EventBus, clock: Clock, ids: Ids): Operations {
  return {
    PutEvents: operation(schema.PutEvents, ({ Entries }, { region }) => {
      if (Buffer.byteLength(JSON.stringify(Entries)) > LARGEST_REQUEST_BYTES) {
        throw refused('Total size of the entries in the request is over the limit.');
      }
      const results = Entries.map((entry) => {
        const rejection = rejectEntry(entry, region);
        if (rejection) return rejection;
        const event = envelope(entry, region, ids.uuid(), clock.nowMs());
        bus.publish(event);
        return { EventId: event.id };
      });
      const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
      return { FailedEntryCount, Entries: results };
    }),
  };
}

function rejectEntry(entry: schema.PutEventsEntry, region: string): Rejection | undefined {
  const { Source, DetailType, Detail, EventBusName = 'default' } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (!value) return argument(`Parameter ${name} is not valid. Reason: ${name} is a required argument.`);
  }
  if (Source?.toLowerCase().startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  if (!isJsonObject(Detail ?? '')) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  if (!isDefaultBus(EventBusName, region)) return argument(`Event bus ${EventBusName} does not exist.`);
  return undefined;
}

const argument = (ErrorMessage: string): Rejection => ({ ErrorCode: 'InvalidArgument', ErrorMessage });

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function envelope(entry: schema.PutEventsEntry, region: string, id: string, nowMs: number): CloudEvent {
  const atMs = entry.Time === undefined ? nowMs : entry.Time * 1_000;
  return {
    version: '0',
    id,
    'detail-type': entry.DetailType ?? '',
    source: entry.Source ?? '',
    account: ACCOUNT_ID,
    time: `${new Date(atMs).toISOString().slice(0, 19)}Z`,
    region,
    resources: entry.Resources,
    detail: JSON.parse(entry.Detail ?? '{}') as Record<string, unknown>,
  };
}

/** The envelope of an EventBridge event, as a rule matches it and a target receives it. */
export interface CloudEvent {
  version: string;
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, unknown>;
}

/** The name by which people know an IVS event; its place is not the same in all of them. */
export function eventName(event: object): string | undefined {
  const detail = (event as { detail?: unknown }).detail;
  if (typeof detail !== 'object' || detail === null) return undefined;
  const { event_name, recording_status, limit_name } = detail as Record<string, unknown>;
  return [event_name, recording_status, limit_name].find((name) => typeof name === 'string');
}

import { randomUUID } from 'node:crypto';

/** One IVS Stage Update as EventBridge posts it. */
export function stageUpdate(stageArn: string, eventName: string, participantId: string, at: Date): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'IVS Stage Update',
    source: 'aws.ivs',
    account: '123456789012',
    time: at.toISOString().replace(/\.\d+Z$/, 'Z'),
    region: 'us-west-2',
    resources: [stageArn],
    detail: {
      session_id: 'st-benchmark1234',
      event_name: eventName,
      event_time: at.toISOString(),
      event_time_precise: at.toISOString(),
      user_id: `user-${participantId}`,
      participant_id: participantId,
    },
  };
}

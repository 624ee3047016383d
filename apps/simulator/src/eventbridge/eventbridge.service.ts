import type { AwsService } from '../protocol/operation.js';
import { apiDestinationOperations } from './api-destination.operations.js';
import { connectionOperations, type EventBridgeParts } from './connection.operations.js';
import { eventOperations } from './event.operations.js';
import type { EventBus } from './event-bus.js';
import { CALLER_FAULT } from './eventbridge.errors.js';
import { ruleOperations } from './rule.operations.js';
import { ruleTagOperations } from './rule-tag.operations.js';
import { targetOperations } from './target.operations.js';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const OTHER_TPS = 50;
const SERVER_FAULTS = ['InternalException', 'InternalServerException', 'ServiceUnavailable', 'InternalFailure'];
const FORBIDDEN = ['AccessDeniedException', 'MissingAuthenticationTokenException', 'UnrecognizedClientException'];

/** EventBridge: AWS JSON 1.1, every operation on `POST /` by its `X-Amz-Target`. */
export function eventBridgeService(parts: EventBridgeParts & { bus: EventBus }): AwsService {
  const { repository, bus, clock, ids } = parts;
  return {
    name: 'eventbridge',
    signingName: 'events',
    contentType: 'application/x-amz-json-1.1',
    operations: {
      ...ruleOperations(repository),
      ...targetOperations(repository),
      ...connectionOperations(parts),
      ...apiDestinationOperations(parts),
      ...ruleTagOperations(repository),
      ...eventOperations(bus, clock, ids),
    },
    errorBody: (error) => ({ __type: error.code, message: error.message }),
    statusOf: (code) => (SERVER_FAULTS.includes(code) ? 500 : FORBIDDEN.includes(code) ? 403 : CALLER_FAULT),
    // PutEvents has thousands.
    quotaOf: (operation) => (operation === 'PutEvents' ? undefined : OTHER_TPS),
  };
}

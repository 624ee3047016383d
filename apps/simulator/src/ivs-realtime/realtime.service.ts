import type { AwsService } from '../protocol/operation.js';
import { tagOperations } from '../protocol/tags.operations.js';
import { ingestConfigurationOperations } from './ingest-configuration.operations.js';
import { participantOperations } from './participant.operations.js';
import { publicKeyOperations } from './public-key.operations.js';
import * as schema from './realtime.schema.js';
import { type RealTimeParts, stageOperations } from './stage.operations.js';
import { stageSessionOperations } from './stage-session.operations.js';

// https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
const TAG_TPS = 10;
const PUBLIC_KEY_TPS = 3;
const OTHER_TPS = 5;
const QUOTAS: Record<string, number> = {
  CreateParticipantToken: 50,
  ImportPublicKey: PUBLIC_KEY_TPS,
  GetPublicKey: PUBLIC_KEY_TPS,
  ListPublicKeys: PUBLIC_KEY_TPS,
  DeletePublicKey: PUBLIC_KEY_TPS,
  TagResource: TAG_TPS,
  UntagResource: TAG_TPS,
  ListTagsForResource: TAG_TPS,
};

const STATUSES: Record<string, number> = {
  AccessDeniedException: 403,
  PendingVerification: 403,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  ServiceQuotaExceededException: 402,
  ConflictException: 409,
  ValidationException: 400,
  SerializationException: 400,
  ServiceUnavailable: 503,
};
const UNMODELLED_STATUS = 500;

/** IVS Real-Time: rest-json, `POST /<Operation>`, exceptions with `exceptionMessage` and nothing else. */
export function realTimeService(parts: RealTimeParts): AwsService {
  const { stages, keys, configurations, assumptions } = parts;
  return {
    name: 'ivs-realtime',
    signingName: 'ivs',
    contentType: 'application/json',
    operations: {
      ...stageOperations(parts),
      ...participantOperations(parts),
      ...stageSessionOperations(parts),
      ...publicKeyOperations(parts),
      ...ingestConfigurationOperations(parts),
      ...tagOperations(
        schema,
        (arn, region) => stages.find(arn, region) ?? keys.find(arn, region) ?? configurations.find(arn, region),
      ),
    },
    errorBody: (error) => ({ exceptionMessage: error.message }),
    statusOf: (code) =>
      code === 'ThrottlingException'
        ? assumptions.get('realTimeThrottlingStatus')
        : (STATUSES[code] ?? UNMODELLED_STATUS),
    quotaOf: (operation) => QUOTAS[operation] ?? OTHER_TPS,
  };
}

import { z } from 'zod';
import { Attributes, integer, oneOf, Tags, text } from '../protocol/constraints.schema.js';

/** The members of the operations on ingest configurations with the constraints of the service model (2020-07-14). */
const IngestConfigurationArn = text({
  min: 1,
  max: 128,
  pattern: 'arn:aws:ivs:[a-z0-9-]+:[0-9]+:ingest-configuration/[a-zA-Z0-9-]+',
});
/** Empty: of no stage. */
const StageArn = text({ max: 128, pattern: '^$|^arn:aws:ivs:[a-z0-9-]+:[0-9]+:stage/[a-zA-Z0-9-]+$' });

export const CreateIngestConfiguration = z.object({
  name: text({ max: 128, pattern: '[a-zA-Z0-9-_]*' }).optional(),
  stageArn: StageArn.default(''),
  userId: text({ max: 128 }).default(''),
  attributes: Attributes.default({}),
  ingestProtocol: oneOf(['RTMP', 'RTMPS']),
  insecureIngest: z.boolean().default(false),
  redundantIngest: z.boolean().default(false),
  tags: Tags.default({}),
});
export const GetIngestConfiguration = z.object({ arn: IngestConfigurationArn });
export const UpdateIngestConfiguration = z.object({
  arn: IngestConfigurationArn,
  stageArn: StageArn.optional(),
  redundantIngest: z.boolean().optional(),
});
export const DeleteIngestConfiguration = z.object({
  arn: IngestConfigurationArn,
  force: z.boolean().default(false),
});
export const ListIngestConfigurations = z.object({
  filterByStageArn: text({
    min: 1,
    max: 128,
    pattern: 'arn:aws:ivs:[a-z0-9-]+:[0-9]+:stage/[a-zA-Z0-9-]+',
  }).optional(),
  filterByState: oneOf(['ACTIVE', 'INACTIVE']).optional(),
  nextToken: text({ max: 1_024, pattern: '[a-zA-Z0-9+/=_-]*' }).optional(),
  maxResults: integer({ min: 1, max: 100 }).default(50),
});

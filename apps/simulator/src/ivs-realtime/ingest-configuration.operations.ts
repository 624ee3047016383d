import type { z } from 'zod';
import type { Ids } from '#platform/ids';
import { AwsError, invalid, notFound } from '../protocol/aws.error.js';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { refuseReservedTags } from '../protocol/tags.rule.js';
import type { IngestService } from './ingest.service.js';
import type {
  IngestConfiguration,
  IngestConfigurationRepository,
  IngestCredential,
} from './ingest-configuration.repository.js';
import * as schema from './ingest-configuration.schema.js';
import type { StageRepository } from './stage.repository.js';

// https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
const CONFIGURATIONS_PER_REGION = 100;
const ID_LENGTH = 12;
const SECRET_LENGTH = 24;

export interface IngestParts {
  configurations: IngestConfigurationRepository;
  ingest: IngestService;
  stages: StageRepository;
  ids: Ids;
}

export function ingestConfigurationOperations(parts: IngestParts): Operations {
  const { configurations, ingest } = parts;
  const known = (arn: string, region: string) => {
    const found = configurations.find(arn, region);
    if (!found) throw notFound('Resource not found');
    return found;
  };
  const answer = (one: IngestConfiguration) => ({ ingestConfiguration: describe(one, ingest.isActive(one)) });
  return {
    CreateIngestConfiguration: operation(schema.CreateIngestConfiguration, (input, { region }) =>
      answer(create(parts, input, region)),
    ),

    GetIngestConfiguration: operation(schema.GetIngestConfiguration, ({ arn }, { region }) =>
      answer(known(arn, region)),
    ),

    UpdateIngestConfiguration: operation(schema.UpdateIngestConfiguration, ({ arn, ...changes }, { region }) =>
      answer(update(parts, known(arn, region), changes)),
    ),

    DeleteIngestConfiguration: operation(schema.DeleteIngestConfiguration, ({ arn, force }, { region }) => {
      const configuration = known(arn, region);
      if (!force && ingest.isActive(configuration)) throw active();
      ingest.disconnect(configuration);
      configurations.remove(configuration);
    }),

    ListIngestConfigurations: operation(schema.ListIngestConfigurations, (input, { region }) =>
      list(parts, input, region),
    ),
  };
}

function create(parts: IngestParts, input: z.infer<typeof schema.CreateIngestConfiguration>, region: string) {
  const { configurations, stages, ids } = parts;
  const { name, ...given } = input;
  refuseReservedTags(input.tags);
  if (input.ingestProtocol === 'RTMP' && !input.insecureIngest) {
    throw invalid('insecureIngest must be true when ingestProtocol is RTMP', 'insecureIngest');
  }
  // The operation's model has no "not found".
  if (input.stageArn && !stages.find(input.stageArn, region)) throw invalid('The stage does not exist', 'stageArn');
  if (configurations.all(region).length >= CONFIGURATIONS_PER_REGION) {
    const message = `Quota of ${CONFIGURATIONS_PER_REGION} ingest configurations exceeded`;
    throw new AwsError('ServiceQuotaExceededException', 402, message);
  }
  const configuration: IngestConfiguration = {
    seq: configurations.nextSeq(),
    arn: `arn:aws:ivs:${region}:${ACCOUNT_ID}:ingest-configuration/${ids.token(ID_LENGTH)}`,
    region,
    ...(name === undefined ? {} : { name }),
    ...given,
    ...newCredential(ids, region),
    redundantIngestCredentials: input.redundantIngest ? [newCredential(ids, region)] : [],
  };
  configurations.add(configuration);
  return configuration;
}

function update(
  { stages, ingest, ids }: IngestParts,
  configuration: IngestConfiguration,
  { stageArn, redundantIngest }: Omit<z.infer<typeof schema.UpdateIngestConfiguration>, 'arn'>,
): IngestConfiguration {
  if (ingest.isActive(configuration)) throw active();
  const { region } = configuration;
  if (stageArn && !stages.find(stageArn, region)) throw notFound('Resource not found');
  if (stageArn !== undefined) configuration.stageArn = stageArn;
  if (redundantIngest !== undefined && redundantIngest !== configuration.redundantIngest) {
    configuration.redundantIngest = redundantIngest;
    configuration.redundantIngestCredentials = redundantIngest ? [newCredential(ids, region)] : [];
  }
  return configuration;
}

function list(
  { configurations, ingest }: IngestParts,
  input: z.infer<typeof schema.ListIngestConfigurations>,
  region: string,
) {
  const { maxResults, nextToken, filterByStageArn, filterByState } = input;
  if (filterByStageArn !== undefined && filterByState !== undefined) {
    throw invalid('Only one of filterByStageArn or filterByState can be provided per request');
  }
  const matching = configurations
    .all(region)
    .filter((one) => filterByStageArn === undefined || one.stageArn === filterByStageArn)
    .filter((one) => filterByState === undefined || ingest.isActive(one) === (filterByState === 'ACTIVE'));
  const listing = `ListIngestConfigurations ${filterByStageArn ?? ''} ${filterByState ?? ''}`;
  const found = page(listing, matching, maxResults, nextToken);
  const ingestConfigurations = found.items.map((one) => summarize(one, ingest.isActive(one)));
  return { ingestConfigurations, nextToken: found.nextToken };
}

const active = () => new AwsError('ConflictException', 409, 'The ingest configuration is active');

const newCredential = (ids: Ids, region: string): IngestCredential => ({
  participantId: ids.token(ID_LENGTH),
  streamKey: `rt_${ACCOUNT_ID}_${region}_${ids.token(ID_LENGTH)}_${ids.token(SECRET_LENGTH)}`,
});

function summarize(configuration: IngestConfiguration, isActive: boolean) {
  const { name, arn, ingestProtocol, stageArn, participantId, userId, redundantIngest } = configuration;
  const state = isActive ? 'ACTIVE' : 'INACTIVE';
  return { name, arn, ingestProtocol, stageArn, participantId, state, userId, redundantIngest };
}

function describe(configuration: IngestConfiguration, isActive: boolean) {
  const { streamKey, attributes, tags, redundantIngest, redundantIngestCredentials } = configuration;
  return {
    ...summarize(configuration, isActive),
    streamKey,
    ...(redundantIngest ? { redundantIngestCredentials } : {}),
    attributes,
    tags,
  };
}

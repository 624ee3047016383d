import type { z } from 'zod';
import type { Assumptions } from '../assumptions/assumptions.js';
import { AwsError, invalid, notFound } from '../protocol/aws.error.js';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { refuseReservedTags } from '../protocol/tags.rule.js';
import type { DeviceService } from './device.service.js';
import type { IngestParts } from './ingest-configuration.operations.js';
import type { PublicKeyRepository } from './public-key.repository.js';
import * as schema from './realtime.schema.js';
import { activeSession, type Stage, type StageEndpoints } from './stage.records.js';
import type { StageRepository } from './stage.repository.js';
import type { TokenMint } from './token-mint.js';

// https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
const STAGES_PER_REGION = 1_000;
const STAGE_ID_LENGTH = 12;
const ENDPOINT_ID_LENGTH = 12;
const HEX = '0123456789abcdef';

export interface RealTimeParts extends IngestParts {
  keys: PublicKeyRepository;
  devices: DeviceService;
  mint: TokenMint;
  assumptions: Assumptions;
}

export function stageOperations(parts: RealTimeParts): Operations {
  const { stages, devices, ingest } = parts;
  const known = (arn: string, region: string) => requireStage(stages, arn, region);
  return {
    CreateStage: operation(schema.CreateStage, (input, { region }) => createStage(parts, input, region)),

    GetStage: operation(schema.GetStage, ({ arn }, { region }) => ({ stage: describe(known(arn, region)) })),

    ListStages: operation(schema.ListStages, ({ maxResults, nextToken }, { region }) => {
      const found = page('ListStages', stages.all(region), maxResults, nextToken);
      return { ...found, items: undefined, stages: found.items.map(summarize) };
    }),

    UpdateStage: operation(schema.UpdateStage, (input, { region }) => {
      const stage = known(input.arn, region);
      refuseUnknownStorage(input.autoParticipantRecordingConfiguration, notFound);
      if (input.name !== undefined) stage.name = input.name;
      if (input.autoParticipantRecordingConfiguration) stage.recording = input.autoParticipantRecordingConfiguration;
      return { stage: describe(stage) };
    }),

    DeleteStage: operation(schema.DeleteStage, ({ arn }, { region }) => {
      devices.closeStage(known(arn, region));
      ingest.releaseAll(arn);
    }),
  };
}

function createStage({ stages, mint, ids }: RealTimeParts, input: z.infer<typeof schema.CreateStage>, region: string) {
  refuseReservedTags(input.tags);
  refuseUnknownStorage(input.autoParticipantRecordingConfiguration, invalid);
  if (stages.all(region).length >= STAGES_PER_REGION) {
    throw new AwsError('ServiceQuotaExceededException', 402, `Quota of ${STAGES_PER_REGION} stages exceeded`);
  }
  const stage: Stage = {
    seq: stages.nextSeq(),
    arn: `arn:aws:ivs:${region}:${ACCOUNT_ID}:stage/${ids.token(STAGE_ID_LENGTH)}`,
    region,
    ...(input.name === undefined ? {} : { name: input.name }),
    tags: input.tags ?? {},
    endpoints: endpointsOf(ids.token(ENDPOINT_ID_LENGTH, HEX)),
    ...(input.autoParticipantRecordingConfiguration ? { recording: input.autoParticipantRecordingConfiguration } : {}),
    sessions: [],
    killed: [],
  };
  stages.add(stage);
  const configurations = input.participantTokenConfigurations;
  const participantTokens = configurations?.map((configuration) => mint.mint(stage, configuration));
  return { stage: describe(stage), ...(participantTokens ? { participantTokens } : {}) };
}

export function requireStage(stages: StageRepository, arn: string, region: string): Stage {
  const stage = stages.find(arn, region);
  if (!stage) throw notFound('Resource not found');
  return stage;
}

/** Storage configurations cannot be made here yet, so that none exists; an empty ARN switches recording off. */
function refuseUnknownStorage(
  recording: schema.RecordingConfiguration | undefined,
  refuse: (message: string) => AwsError,
): void {
  const arn = recording?.storageConfigurationArn;
  if (arn) throw refuse(`StorageConfiguration ${arn} does not exist`);
}

function endpointsOf(id: string): StageEndpoints {
  return {
    events: 'wss://global.events.live-video.net',
    whip: `https://${id}.global-bm.whip.live-video.net`,
    rtmp: `rtmp://${id}.global-contribute.live-video.net/app/`,
    rtmps: `rtmps://${id}.global-contribute.live-video.net:443/app/`,
  };
}

function summarize(stage: Stage) {
  const activeSessionId = activeSession(stage)?.sessionId;
  const { arn, name, tags } = stage;
  return { arn, name, ...(activeSessionId ? { activeSessionId } : {}), tags };
}

function describe(stage: Stage) {
  return {
    ...summarize(stage),
    ...(stage.recording ? { autoParticipantRecordingConfiguration: stage.recording } : {}),
    endpoints: stage.endpoints,
  };
}

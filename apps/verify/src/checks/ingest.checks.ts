import {
  DeleteStageCommand,
  GetIngestConfigurationCommand,
  UpdateIngestConfigurationCommand,
} from '@aws-sdk/client-ivs-realtime';
import type { Check } from '../check.js';
import { every, isInvalid, isNotFound } from '../refusal.js';
import { verdict } from '../verdict.js';

const STREAM_KEY = /^rt_[0-9]+_[a-z0-9-]+_[a-zA-Z0-9-]+_.+$/;
const RTMPS = { ingestProtocol: 'RTMPS' } as const;

/** Ingest configurations, as far as nobody streams. */
export const INGEST_CHECKS: readonly Check[] = [
  {
    name: 'ingest.shape',
    claim: 'An ingest configuration has a stream key and a participant id, an empty stage and is inactive',
    ask: async (account) => {
      const { streamKey = '', participantId = '', stageArn, state } = await account.makeIngest(RTMPS);
      const isRight = STREAM_KEY.test(streamKey) && participantId !== '' && stageArn === '' && state === 'INACTIVE';
      return verdict(isRight, { participantId, stageArn, state, streamKey: `${streamKey.length} characters` });
    },
  },
  {
    name: 'ingest.insecure',
    claim: 'RTMP is refused without insecureIngest',
    ask: (account) => isInvalid(account.makeIngest({ ingestProtocol: 'RTMP' })),
  },
  {
    name: 'ingest.stage.missing',
    claim: 'A stage that was deleted is a 400 to CreateIngestConfiguration and a 404 to UpdateIngestConfiguration',
    ask: async (account) => {
      const stageArn = await account.goneStageArn();
      return every(
        () => isInvalid(account.makeIngest({ ...RTMPS, stageArn })),
        async () => {
          const { arn } = await account.makeIngest(RTMPS);
          return isNotFound(account.realTime.send(new UpdateIngestConfigurationCommand({ arn, stageArn })));
        },
      );
    },
  },
  {
    name: 'ingest.stage.deleted',
    claim: 'DeleteStage empties the stageArn of its ingest configurations',
    ask: async (account) => {
      const { arn: stageArn } = await account.makeStage();
      const { arn } = await account.makeIngest({ ...RTMPS, stageArn });
      await account.realTime.send(new DeleteStageCommand({ arn: stageArn }));
      const { ingestConfiguration } = await account.realTime.send(new GetIngestConfigurationCommand({ arn }));
      return verdict(ingestConfiguration?.stageArn === '', { stageArn: ingestConfiguration?.stageArn });
    },
  },
  {
    name: 'ingest.redundant',
    claim: 'Redundant ingest adds one stream key, with a participant of its own',
    ask: async (account) => {
      const { redundantIngestCredentials = [], participantId } = await account.makeIngest({
        ...RTMPS,
        redundantIngest: true,
      });
      const [twin] = redundantIngestCredentials;
      const isOne = redundantIngestCredentials.length === 1 && twin?.participantId !== participantId;
      return verdict(isOne, `${redundantIngestCredentials.length} more`);
    },
  },
];

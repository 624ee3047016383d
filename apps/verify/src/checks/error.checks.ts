import {
  CreateParticipantTokenCommand,
  DeleteStageCommand,
  DisconnectParticipantCommand,
  GetStageCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-ivs-realtime';
import type { Check } from '../check.js';
import { describe, isNotFound, refusalOf } from '../refusal.js';
import { verdict } from '../verdict.js';

/** How AWS says no. */
export const ERROR_CHECKS: readonly Check[] = [
  {
    name: 'errors.shape',
    claim: 'IVS Real-Time names an exception in x-amzn-errortype and words it in exceptionMessage, with a request id',
    ask: async (account) => {
      const refusal = await refusalOf(account.makeStage({ name: 'with space' }));
      if (!refusal) return verdict(false, 'AWS took a name with a space');
      const type = refusal.$response?.headers?.['x-amzn-errortype'];
      const isThere = type?.includes('ValidationException') && refusal.exceptionMessage && refusal.$metadata.requestId;
      return verdict(Boolean(isThere), { type, exceptionMessage: refusal.exceptionMessage, said: describe(refusal) });
    },
  },
  {
    name: 'errors.stage.get',
    claim: 'GetStage of a stage that was deleted is a 404 ResourceNotFoundException',
    ask: async (account) =>
      isNotFound(account.realTime.send(new GetStageCommand({ arn: await account.goneStageArn() }))),
  },
  {
    name: 'errors.stage.delete',
    claim: 'DeleteStage of a stage that was deleted is a 404 ResourceNotFoundException',
    ask: async (account) =>
      isNotFound(account.realTime.send(new DeleteStageCommand({ arn: await account.goneStageArn() }))),
  },
  {
    name: 'errors.stage.token',
    claim: 'CreateParticipantToken for a stage that was deleted is a 404 ResourceNotFoundException',
    ask: async (account) => {
      const stageArn = await account.goneStageArn();
      return isNotFound(account.realTime.send(new CreateParticipantTokenCommand({ stageArn })));
    },
  },
  {
    name: 'errors.stage.tags',
    claim: 'ListTagsForResource of a stage that was deleted is a 404 ResourceNotFoundException',
    ask: async (account) => {
      const resourceArn = await account.goneStageArn();
      return isNotFound(account.realTime.send(new ListTagsForResourceCommand({ resourceArn })));
    },
  },
  {
    name: 'errors.participant.unknown',
    claim: 'DisconnectParticipant of an id that was never given out is a 404 ResourceNotFoundException',
    ask: async (account) => {
      const stageArn = await account.stageArn();
      const disconnect = new DisconnectParticipantCommand({ stageArn, participantId: 'nobody-ever' });
      return isNotFound(account.realTime.send(disconnect));
    },
  },
];

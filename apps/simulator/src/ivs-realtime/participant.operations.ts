import { invalid, notFound } from '../protocol/aws.error.js';
import { type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { describeParticipant, summarizeParticipant } from './participant.view.js';
import * as schema from './realtime.schema.js';
import { sessionLookUps } from './session-look-ups.js';
import { type RealTimeParts, requireStage } from './stage.operations.js';
import type { Participant } from './stage.records.js';
import { stamp } from './stamp.js';

export function participantOperations(parts: RealTimeParts): Operations {
  const { stages, devices, ingest, mint, assumptions } = parts;
  const lookUp = sessionLookUps(parts);
  return {
    CreateParticipantToken: operation(schema.CreateParticipantToken, ({ stageArn, ...configuration }, { region }) => ({
      participantToken: mint.mint(requireStage(stages, stageArn, region), configuration),
    })),

    DisconnectParticipant: operation(schema.DisconnectParticipant, ({ stageArn, participantId }, { region }) => {
      const wasConnected = devices.disconnect(requireStage(stages, stageArn, region), participantId);
      if (wasConnected) ingest.release(participantId);
      if (!wasConnected && assumptions.get('disconnectOfAbsent') === 'not_found') {
        throw notFound('Participant not found');
      }
    }),

    GetParticipant: operation(schema.GetParticipant, (input, { region }) => {
      const session = lookUp.session(input.stageArn, input.sessionId, region);
      const participant = session?.participants.find((one) => one.participantId === input.participantId);
      if (!participant) throw notFound('Participant not found');
      return { participant: describeParticipant(participant, stamp(assumptions)) };
    }),

    ListParticipants: operation(schema.ListParticipants, (input, { region }) => {
      const filters = filtersOf(input);
      const session = lookUp.listedSession(input.stageArn, input.sessionId, region);
      const matching = (session?.participants ?? []).filter(matches(input));
      const listing = `ListParticipants ${input.stageArn} ${input.sessionId} ${JSON.stringify(filters)}`;
      const { items, nextToken } = page(listing, matching, input.maxResults, input.nextToken);
      return { participants: items.map((one) => summarizeParticipant(one, stamp(assumptions))), nextToken };
    }),
  };
}

interface Filters {
  filterByUserId?: string | undefined;
  filterByPublished?: boolean | undefined;
  filterByState?: 'CONNECTED' | 'DISCONNECTED' | undefined;
  filterByRecordingState?: string | undefined;
}

function filtersOf({ filterByUserId, filterByPublished, filterByState, filterByRecordingState }: Filters): Filters {
  const filters = { filterByUserId, filterByPublished, filterByState, filterByRecordingState };
  const given = Object.entries(filters).filter(([, value]) => value !== undefined);
  if (given.length > 1) {
    const names = 'filterByUserId, filterByPublished, filterByState, or filterByRecordingState';
    throw invalid(`Only one of ${names} can be provided per request`);
  }
  return filters;
}

const matches = (filters: Filters) => (participant: Participant) =>
  (filters.filterByUserId === undefined || participant.userId === filters.filterByUserId) &&
  (filters.filterByPublished === undefined || participant.hasPublished === filters.filterByPublished) &&
  (filters.filterByState === undefined || participant.isConnected === (filters.filterByState === 'CONNECTED')) &&
  // Nobody is recorded here yet, and DISABLED is not among the states that can be asked for.
  filters.filterByRecordingState === undefined;

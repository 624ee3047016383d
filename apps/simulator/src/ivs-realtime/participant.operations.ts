import type { Assumptions } from '../assumptions/assumptions.js';
import { invalid, notFound } from '../protocol/aws.error.js';
import { type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { describeParticipant, summarizeParticipant } from './participant.view.js';
import * as schema from './realtime.schema.js';
import { type RealTimeParts, requireStage } from './stage.operations.js';
import type { Participant, StageSession } from './stage.records.js';
import { stamp } from './stamp.js';

export function participantOperations(parts: RealTimeParts & { assumptions: Assumptions }): Operations {
  const { stages, devices, mint, assumptions } = parts;
  const lookUp = lookUps(parts);
  return {
    CreateParticipantToken: operation(schema.CreateParticipantToken, ({ stageArn, ...configuration }, { region }) => ({
      participantToken: mint.mint(requireStage(stages, stageArn, region), configuration),
    })),

    DisconnectParticipant: operation(schema.DisconnectParticipant, ({ stageArn, participantId }, { region }) => {
      const wasConnected = devices.disconnect(requireStage(stages, stageArn, region), participantId);
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

    ListParticipantEvents: operation(schema.ListParticipantEvents, (input, { region }) => {
      const session = lookUp.listedSession(input.stageArn, input.sessionId, region);
      const participant = session?.participants.find((one) => one.participantId === input.participantId);
      const isNewestFirst = assumptions.get('participantEventOrder') === 'newest_first';
      const events = (participant?.events ?? []).map((event) => ({
        ...event,
        seq: isNewestFirst ? -event.seq : event.seq,
      }));
      const listing = `ListParticipantEvents ${input.stageArn} ${input.sessionId} ${input.participantId}`;
      const { items, nextToken } = page(listing, events, input.maxResults, input.nextToken);
      const described = items.map(({ name, atMs, errorCode }) => ({
        name,
        participantId: input.participantId,
        eventTime: stamp(assumptions)(atMs),
        errorCode,
      }));
      return { events: described, nextToken };
    }),

    GetStageSession: operation(schema.GetStageSession, ({ stageArn, sessionId }, { region }) => {
      const session = lookUp.session(stageArn, sessionId, region);
      if (!session) throw notFound('Stage session not found');
      return { stageSession: describeSession(session, stamp(assumptions)) };
    }),

    ListStageSessions: operation(schema.ListStageSessions, ({ stageArn, maxResults, nextToken }, { region }) => {
      // AWS's sample has the newest session first.
      const sessions = (lookUp.listedStage(stageArn, region)?.sessions ?? []).map((one) => ({ ...one, seq: -one.seq }));
      const found = page(`ListStageSessions ${stageArn}`, sessions, maxResults, nextToken);
      const stageSessions = found.items.map((session) => describeSession(session, stamp(assumptions)));
      return { stageSessions, nextToken: found.nextToken };
    }),
  };
}

/** The lists are modelled without "not found": what they answer for what is not there is an assumption. */
function lookUps({ stages, assumptions }: RealTimeParts & { assumptions: Assumptions }) {
  const orMissing = <T>(found: T | undefined, what: string): T | undefined => {
    if (!found && assumptions.get('listOfMissing') === 'not_found') throw notFound(`${what} not found`);
    return found;
  };
  const find = (stageArn: string, sessionId: string, region: string) =>
    stages.find(stageArn, region)?.sessions.find((session) => session.sessionId === sessionId);
  return {
    session: find,
    listedSession: (stageArn: string, sessionId: string, region: string) =>
      orMissing(find(stageArn, sessionId, region), 'Stage session'),
    listedStage: (stageArn: string, region: string) => orMissing(stages.find(stageArn, region), 'Stage'),
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

function describeSession({ sessionId, startMs, endMs }: StageSession, time: (ms: number) => string) {
  return { sessionId, startTime: time(startMs), ...(endMs === undefined ? {} : { endTime: time(endMs) }) };
}

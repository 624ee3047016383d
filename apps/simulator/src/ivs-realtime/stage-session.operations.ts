import { notFound } from '../protocol/aws.error.js';
import { type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import * as schema from './realtime.schema.js';
import { sessionLookUps } from './session-look-ups.js';
import type { RealTimeParts } from './stage.operations.js';
import type { StageSession } from './stage.records.js';
import { stamp } from './stamp.js';

/** What happened in a stage session, and when it was. */
export function stageSessionOperations(parts: RealTimeParts): Operations {
  const { assumptions } = parts;
  const lookUp = sessionLookUps(parts);
  return {
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

function describeSession({ sessionId, startMs, endMs }: StageSession, time: (ms: number) => string) {
  return { sessionId, startTime: time(startMs), ...(endMs === undefined ? {} : { endTime: time(endMs) }) };
}

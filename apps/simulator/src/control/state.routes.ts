import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Cloud } from '../cloud.js';
import { activeSession, type Stage } from '../ivs-realtime/stage.records.js';
import { describeIngest } from './ingest.routes.js';
import { describePlaced } from './participant.routes.js';
import { readBody } from './problem.js';

const Reset = z.strictObject({ keepRules: z.boolean().default(false) });

/** What really exists, beside what AWS's answers say of it. */
export function stateRoutes(app: FastifyInstance, cloud: Cloud): void {
  app.get('/state', () => ({
    stages: cloud.stages.all().map(describeStage),
    participants: cloud.stages.all().flatMap(participantsOf),
    ingestConfigurations: cloud.ingestConfigurations.all().map((one) => describeIngest(cloud, one)),
    rooms: cloud.rooms.all().map(({ arn, id, name, region, tags }) => ({ arn, id, name, region, tags })),
    compositions: [],
    recordings: [],
    objects: [],
  }));

  app.post('/reset', (request, reply) => {
    cloud.reset(readBody(Reset, request.body));
    return reply.code(204).send();
  });
}

function describeStage(stage: Stage) {
  const activeSessionId = activeSession(stage)?.sessionId;
  const { arn, name, region, tags, sessions } = stage;
  return {
    arn,
    ...(name === undefined ? {} : { name }),
    region,
    tags,
    ...(activeSessionId ? { activeSessionId } : {}),
    sessions: sessions.length,
  };
}

/** Each participant once, as it is in the latest stage session that it was in. */
function participantsOf(stage: Stage) {
  const latest = new Map(
    stage.sessions.flatMap((session) =>
      session.participants.map((participant) => [participant.participantId, { stage, session, participant }] as const),
    ),
  );
  return [...latest.values()].map(describePlaced);
}

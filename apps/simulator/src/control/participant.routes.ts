import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Cloud } from '../cloud.js';
import type { Placed } from '../ivs-realtime/stage.records.js';
import { readBody } from './problem.js';

const Join = z.strictObject({ token: z.string().min(1) });

// EventErrorCode of the service model.
const PublishError = z.strictObject({
  errorCode: z.enum([
    'INSUFFICIENT_CAPABILITIES',
    'QUOTA_EXCEEDED',
    'PUBLISHER_NOT_FOUND',
    'BITRATE_EXCEEDED',
    'RESOLUTION_EXCEEDED',
    'STREAM_DURATION_EXCEEDED',
    'INVALID_AUDIO_CODEC',
    'INVALID_VIDEO_CODEC',
    'INVALID_PROTOCOL',
    'INVALID_STREAM_KEY',
    'REUSE_OF_STREAM_KEY',
    'B_FRAME_PRESENT',
    'INVALID_INPUT',
    'INTERNAL_SERVER_EXCEPTION',
  ]),
});

/** What devices do: the only way onto a stage here, since nobody sends media. */
export function participantRoutes(app: FastifyInstance, { devices }: Cloud): void {
  app.post('/participants', (request, reply) => {
    const { token } = readBody(Join, request.body);
    return reply.code(201).send(describePlaced(devices.join(token)));
  });

  const act = (action: string, perform: (participantId: string, body: unknown) => Placed) =>
    app.post(`/participants/:participantId/${action}`, (request) => {
      const { participantId } = request.params as { participantId: string };
      return describePlaced(perform(participantId, request.body));
    });

  act('publish', (id) => devices.publish(id));
  act('unpublish', (id) => devices.unpublish(id));
  act('leave', (id) => devices.leave(id));
  act('exchange', (id, body) => devices.exchange(id, readBody(Join, body).token));
  act('publish-error', (id, body) => devices.publishError(id, readBody(PublishError, body).errorCode));
}

export function describePlaced({ stage, session, participant }: Placed) {
  return {
    participantId: participant.participantId,
    stageArn: stage.arn,
    sessionId: session.sessionId,
    userId: participant.userId,
    attributes: participant.attributes,
    capabilities: participant.capabilities,
    state: participant.isConnected ? 'CONNECTED' : 'DISCONNECTED',
    published: participant.hasPublished,
    publishing: participant.isPublishing,
  };
}

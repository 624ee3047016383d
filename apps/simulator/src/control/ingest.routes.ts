import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Cloud } from '../cloud.js';
import type { IngestConfiguration } from '../ivs-realtime/ingest-configuration.repository.js';
import { describePlaced } from './participant.routes.js';
import { readBody } from './problem.js';

const Start = z.strictObject({ protocol: z.enum(['RTMP', 'RTMPS']).optional() });
const Nothing = z.strictObject({});

/** What encoders do, each named by its stream key or by the participant that it becomes. */
export function ingestRoutes(app: FastifyInstance, { ingest }: Cloud): void {
  app.post('/ingest/:key/start', (request) => {
    const { protocol } = readBody(Start, request.body);
    return describePlaced(ingest.start(keyOf(request.params), protocol));
  });

  app.post('/ingest/:key/stop', (request) => {
    readBody(Nothing, request.body);
    return describePlaced(ingest.stop(keyOf(request.params)));
  });
}

const keyOf = (params: unknown) => (params as { key: string }).key;

export function describeIngest({ ingest }: Cloud, configuration: IngestConfiguration) {
  const { seq: _, ...told } = configuration;
  return { ...told, state: ingest.isActive(configuration) ? 'ACTIVE' : 'INACTIVE' };
}

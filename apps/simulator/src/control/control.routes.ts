import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Cloud } from '../cloud.js';
import { DeviceRefusal } from '../ivs-realtime/device.refusal.js';
import { behaviourRoutes } from './behaviour.routes.js';
import { deliveryRoutes } from './delivery.routes.js';
import { ingestRoutes } from './ingest.routes.js';
import { participantRoutes } from './participant.routes.js';
import { ControlProblem, sendProblem } from './problem.js';
import { stateRoutes } from './state.routes.js';

export const CONTROL_KEY_HEADER = 'x-stagedoor-key';

/** The control plane under `/_control`: what AWS has no API for. With a key, every call must bring it. */
export function controlRoutes(app: FastifyInstance, cloud: Cloud, key: string | undefined): void {
  app.addHook('onRequest', async (request) => {
    if (key !== undefined && !isSame(String(request.headers[CONTROL_KEY_HEADER] ?? ''), key)) {
      throw new ControlProblem(401, 'UNAUTHENTICATED', `${CONTROL_KEY_HEADER} is missing or wrong`);
    }
  });
  app.addHook('onResponse', async (request) => {
    if (request.method !== 'GET') cloud.changed();
  });
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof ControlProblem) return sendProblem(reply, error);
    if (error instanceof DeviceRefusal) {
      return sendProblem(reply, new ControlProblem(error.status, error.code, error.message));
    }
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) cloud.logger.error({ err: error }, 'a control call failed');
    const message = error instanceof Error && status < 500 ? error.message : 'The simulator failed; see its log';
    return sendProblem(reply, new ControlProblem(status, status < 500 ? 'BAD_REQUEST' : 'INTERNAL', message));
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, new ControlProblem(404, 'NOT_FOUND', `no control ${request.method} ${request.url}`)),
  );
  participantRoutes(app, cloud);
  ingestRoutes(app, cloud);
  deliveryRoutes(app, cloud);
  behaviourRoutes(app, cloud);
  stateRoutes(app, cloud);
}

function isSame(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}

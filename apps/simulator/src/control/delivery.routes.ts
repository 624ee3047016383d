import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Cloud } from '../cloud.js';
import { ChaosSettings } from '../eventbridge/chaos.policy.js';
import { readBody, readQuery } from './problem.js';

// Enough for a delivery that chaos holds back, and below what HTTP clients wait.
const IDLE_TIMEOUT_MS = 30_000;
const Idle = z.strictObject({ timeoutMs: z.coerce.number().int().min(0).max(120_000).default(IDLE_TIMEOUT_MS) });
const RawEvent = z.record(z.string(), z.unknown());

/** What happens to events between the bus and the receiver. */
export function deliveryRoutes(app: FastifyInstance, { bus, chaos, deliveries }: Cloud): void {
  app.get('/chaos', () => chaos.settings);
  app.put('/chaos', (request) => {
    chaos.set(readBody(ChaosSettings, request.body));
    return chaos.settings;
  });

  app.post('/events', (request, reply) => {
    const targets = bus.deliverRaw(readBody(RawEvent, request.body));
    return reply.code(202).send({ targets });
  });

  app.get('/deliveries', () => ({
    pending: deliveries.pendingCount,
    ...deliveries.log.counts,
    dropReasons: deliveries.log.dropReasons,
    recent: deliveries.log.recent(),
  }));

  app.get('/idle', async (request) => {
    const isIdle = await deliveries.whenIdle(readQuery(Idle, request.query).timeoutMs);
    return { idle: isIdle, pending: deliveries.pendingCount };
  });
}

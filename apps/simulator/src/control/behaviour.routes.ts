import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { AssumptionChanges } from '#contracts/assumption.schema';
import type { Cloud } from '../cloud.js';
import { ControlProblem, readBody, readQuery } from './problem.js';

const OperationName = {
  operation: z.string().min(1),
  service: z.enum(['ivs-realtime', 'ivschat', 'eventbridge']).optional(),
};
const Throttle = z.strictObject({ ...OperationName, tps: z.number().min(0).max(10_000).nullable() });
const Fail = z.strictObject({
  ...OperationName,
  code: z.string().regex(/^[A-Za-z]+$/, 'letters only, such as ConflictException'),
  times: z.int().min(0).max(100_000),
  status: z.int().min(400).max(599).optional(),
  message: z.string().optional(),
  applied: z.boolean().optional(),
});
const Calls = z.strictObject({ operation: z.string().optional(), after: z.coerce.number().int().min(0).default(0) });

/** How AWS itself behaves, and what it was asked. */
export function behaviourRoutes(app: FastifyInstance, { assumptions, calls, interference, services }: Cloud): void {
  const refuseUnknown = ({ operation, service }: { operation: string; service?: string | undefined }) => {
    const isKnown = Object.values(services).some(
      (one) => (service === undefined || one.name === service) && Object.hasOwn(one.operations, operation),
    );
    if (!isKnown) {
      const path = 'operation';
      const message = `this cloud has no operation ${operation}`;
      throw new ControlProblem(400, 'VALIDATION_FAILED', `${path}: ${message}`, [{ path, message }]);
    }
  };

  app.get('/assumptions', () => assumptions.all());
  app.put('/assumptions', (request) => {
    assumptions.change(readBody(AssumptionChanges, request.body));
    return assumptions.all();
  });

  app.get('/interference', () => interference.list());
  app.put('/throttle', (request) => {
    const { tps, ...name } = readBody(Throttle, request.body);
    refuseUnknown(name);
    interference.throttle(name, tps);
    return interference.list();
  });
  app.put('/fail', (request) => {
    const failure = readBody(Fail, request.body);
    refuseUnknown(failure);
    interference.fail(failure);
    return interference.list();
  });

  app.get('/calls', (request) => {
    const { operation, after } = readQuery(Calls, request.query);
    return { calls: calls.find(operation, after) };
  });
}

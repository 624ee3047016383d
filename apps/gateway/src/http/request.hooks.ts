import type { FastifyInstance } from 'fastify';
import type { Ids, Logger } from '#platform';
import { withCorrelation } from '#platform';
import { correlationIdFrom } from './correlation.policy.js';
import type { FastifyReply, FastifyRequest } from './request.js';

/** Gives each request its correlation id, echoes it, and logs one line when it is answered. */
export function registerRequestHooks(fastify: FastifyInstance, ids: Ids, logger: Logger): void {
  // Its line is made of harmless fields alone: looking for secrets in it takes longer than writing it.
  const requests = logger.child({}, { redact: [] });
  fastify.decorateRequest('correlationId', '');
  fastify.decorateRequest('principal', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    identify(request, reply, ids);
    withCorrelation(request.correlationId, done);
  });
  // The body arrives in the socket's own async context, so the handler would run outside the request's.
  fastify.addHook('preValidation', (request, _reply, done) => withCorrelation(request.correlationId, done));
  fastify.addHook('onResponse', (request, reply, done) => {
    withCorrelation(request.correlationId, () => {
      requests[isProbe(request) ? 'debug' : 'info'](
        {
          method: request.method,
          // Never the query or the headers: they name users and carry tokens.
          path: request.raw.url?.split('?')[0],
          route: request.routeOptions.url,
          status: reply.statusCode,
          durationMs: Math.round(reply.elapsedTime),
          ...callerOf(request),
        },
        'request',
      );
    });
    done();
  });
}

/** Also for requests that the router refuses before any hook runs. */
export function identify(request: FastifyRequest, reply: FastifyReply, ids: Ids): void {
  request.correlationId = correlationIdFrom(request.headers) ?? ids.uuid();
  void reply.header('x-correlation-id', request.correlationId);
}

function callerOf({ principal }: FastifyRequest): { caller?: string; userId?: string } {
  if (!principal) return {};
  return principal.kind === 'api_key' ? { caller: 'api_key' } : { caller: principal.role, userId: principal.userId };
}

/** Asked every few seconds by machines: of no interest when all is well. */
function isProbe(request: FastifyRequest): boolean {
  return ['/healthz', '/readyz', '/metrics'].includes(request.routeOptions.url ?? '');
}

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#platform';

declare module 'fastify' {
  interface FastifyRequest {
    /** From a well-formed `x-correlation-id` or `traceparent`, else made; on every log line and job of the request. */
    correlationId: string;
    /** Set by the AuthGuard; absent on public routes. */
    principal: Principal | undefined;
  }
  interface FastifyContextConfig {
    /** The body is handed over as bytes, whatever its content type. */
    isRawBody?: boolean;
  }
}

export type { FastifyReply, FastifyRequest };

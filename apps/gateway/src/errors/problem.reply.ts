import type { AppError } from '#platform';
import type { FastifyReply, FastifyRequest } from '../http/request.js';
import { problemOf } from './problem.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** Answers with the problem, unless the answer is already on its way. */
export function replyProblem(request: FastifyRequest, reply: FastifyReply, error: AppError): void {
  if (reply.sent) return;
  if (error.retryAfterSeconds !== undefined) void reply.header('retry-after', Math.ceil(error.retryAfterSeconds));
  // RFC 9110, section 11.6.1: a 401 names the scheme.
  if (error.status === 401) void reply.header('www-authenticate', 'Bearer');
  void reply
    .code(error.status)
    .header('content-type', PROBLEM_TYPE)
    .send(JSON.stringify(problemOf(error, request.correlationId)));
}

import type { FastifyReply } from 'fastify';
import { z } from 'zod';

/** What a control call answers when it cannot be done; sent as RFC 9457 problem details. */
export class ControlProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly errors?: { path: string; message: string }[],
  ) {
    super(message);
    this.name = 'ControlProblem';
  }
}

export function sendProblem(reply: FastifyReply, { status, code, message, errors }: ControlProblem): FastifyReply {
  const body = { type: 'about:blank', title: code, status, code, detail: message, ...(errors ? { errors } : {}) };
  return reply.code(status).header('content-type', 'application/problem+json').send(JSON.stringify(body));
}

/** @throws ControlProblem 400 that lists every bad field */
export function readBody<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  let json: unknown;
  try {
    json = body === undefined || body === '' ? {} : JSON.parse(String(body));
  } catch {
    throw new ControlProblem(400, 'INVALID_JSON', 'The body is not JSON');
  }
  return check(schema, json, 'body');
}

/** @throws ControlProblem 400 that lists every bad parameter */
export function readQuery<S extends z.ZodType>(schema: S, query: unknown): z.output<S> {
  return check(schema, query, 'query');
}

function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map((issue) => ({ path: issue.path.join('.') || where, message: issue.message }));
  const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new ControlProblem(400, 'VALIDATION_FAILED', detail, errors);
}

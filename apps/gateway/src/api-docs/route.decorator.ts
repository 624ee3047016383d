import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiOperation, ApiResponse, ApiSecurity } from '@nestjs/swagger';
import type { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from '#contracts';
import { AppError } from '#platform';
import { problemOf } from '../errors/problem.js';
import { PROBLEM_TYPE } from '../errors/problem.reply.js';
import { IDEMPOTENCY_HEADER, REPLAYED_HEADER } from '../idempotency/idempotency.policy.js';
import { type Idempotency, Idempotent } from '../idempotency/idempotent.decorator.js';
import { refOf } from './schemas.js';

interface RouteDocs {
  summary: string;
  /** Further sentences, in Markdown. */
  description?: string;
  status?: number;
  /** A schema of the contracts; absent: an empty answer. */
  answer?: z.ZodType;
  /** What the answer is when it is not JSON. */
  contentType?: string;
  example?: unknown;
  errors?: ErrorCode[];
  /** Which credentials it takes; `none` for public routes. */
  security?: 'bearer' | 'ingest-key' | 'none';
  /** It creates, and so honours `Idempotency-Key`. */
  idempotent?: Idempotency;
}

// What any route with credentials may answer.
const ALWAYS: ErrorCode[] = ['UNAUTHENTICATED', 'TOKEN_EXPIRED', 'RATE_LIMITED', 'UNAVAILABLE'];

const OF_IDEMPOTENT: ErrorCode[] = ['IDEMPOTENCY_KEY_IN_USE', 'IDEMPOTENCY_KEY_REUSED', 'VALIDATION_FAILED'];

/** What the API page says about a route; everything in one place beside its handler. */
export function Route(docs: RouteDocs): MethodDecorator {
  const security = docs.security ?? 'bearer';
  const { idempotent } = docs;
  const errors = [
    ...(security === 'bearer' ? ALWAYS : []),
    ...(idempotent ? OF_IDEMPOTENT : []),
    ...(docs.errors ?? []),
  ];
  return applyDecorators(
    ApiOperation({ summary: docs.summary, ...(docs.description ? { description: docs.description } : {}) }),
    ...(security === 'none' ? [] : [ApiSecurity(security)]),
    ...(idempotent ? [Idempotent(idempotent), ApiHeader(KEY_HEADER)] : []),
    ApiResponse({
      status: docs.status ?? 200,
      description: docs.summary,
      headers: { ...HEADERS, ...(idempotent ? REPLAYED : {}) },
      ...contentOf(docs),
    }),
    ...[...byStatus(errors)].map(problemResponse),
  );
}

function byStatus(codes: ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = ERROR_CODES[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

const HEADERS = {
  'x-correlation-id': { description: 'finds the request in the logs', schema: { type: 'string' as const } },
};

const KEY_HEADER = {
  name: IDEMPOTENCY_HEADER,
  required: false,
  description: 'sent again within 24 hours by the same caller with the same body, the request is done once only',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
};
const REPLAYED = {
  [REPLAYED_HEADER]: { description: 'this repeats an earlier answer', schema: { type: 'string' as const } },
};

function contentOf({ answer, contentType = 'application/json', example }: RouteDocs) {
  if (!answer) return {};
  return { content: { [contentType]: { schema: refOf(answer), ...(example === undefined ? {} : { example }) } } };
}

function problemResponse([status, codes]: [number, ErrorCode[]]) {
  const examples = Object.fromEntries(
    codes.map((code) => [code, { summary: ERROR_CODES[code].title, value: problemOf(new AppError(code), 'c0ffee') }]),
  );
  return ApiResponse({
    status,
    description: codes.map((code) => `\`${code}\`: ${ERROR_CODES[code].title}`).join(' '),
    headers: { ...HEADERS, ...(codes.some(isTemporary) ? RETRY_AFTER : {}) },
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' }, examples } },
  });
}

const RETRY_AFTER = { 'retry-after': { description: 'seconds', schema: { type: 'integer' as const } } };
const isTemporary = (code: ErrorCode) =>
  ['RATE_LIMITED', 'IDEMPOTENCY_KEY_IN_USE'].includes(code) || ERROR_CODES[code].status === 503;

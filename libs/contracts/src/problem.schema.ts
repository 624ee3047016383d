import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from './errors.js';

/** What every failed request answers (RFC 9457, `application/problem+json`). */
export const Problem = z.object({
  type: z.string().describe('stable, one a code'),
  title: z.string().describe('what the code means, always the same'),
  status: z.int(),
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string().describe('what it was this time'),
  correlationId: z.string().optional().describe('finds the request in the logs'),
  retryAfterSeconds: z.int().optional().describe('as the header Retry-After'),
  errors: z
    .array(z.object({ pointer: z.string(), detail: z.string() }))
    .optional()
    .describe('every bad field: a JSON pointer (RFC 6901) into the body, below /query for the query string'),
});
export type Problem = z.infer<typeof Problem>;

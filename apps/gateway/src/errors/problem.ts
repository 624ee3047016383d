import { HttpException } from '@nestjs/common';
import { ERROR_CODES, type ErrorCode, type Problem } from '#contracts';
import { AppError, cleanText } from '#platform';

/** Statuses that Nest and Fastify give to errors of their own. */
const CODE_OF_STATUS: Record<number, ErrorCode> = {
  400: 'VALIDATION_FAILED',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_ALLOWED',
  413: 'PAYLOAD_TOO_LARGE',
  // A path parameter that is too long to be one of ours.
  414: 'NOT_FOUND',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'VALIDATION_FAILED',
  429: 'RATE_LIMITED',
  503: 'UNAVAILABLE',
};

// Classes 08 (connection), 53 (resources) and 57P (operator intervention) of Postgres, and Node's own for a dead socket.
const UNREACHABLE = /^(08...|53...|57P..|ECONN\w+|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|P1001|P1002|P2024)$/;
// What pg says without a code: a pool that is exhausted or a connection that died under a query.
const UNREACHABLE_MESSAGE = /timeout exceeded when trying to connect|Connection terminated|pool after calling end/;
const RETRY_SECONDS = 2;

/** Whatever was thrown, as an error that a caller may see. Unknown ones become INTERNAL with their cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  if (isUnreachable(thrown)) {
    return new AppError('UNAVAILABLE', undefined, { cause: thrown, retryAfterSeconds: RETRY_SECONDS });
  }
  const code = isBadUrl(thrown) ? 'NOT_FOUND' : CODE_OF_STATUS[statusOf(thrown)];
  return code
    ? new AppError(code, detailOf(thrown, code), { cause: thrown })
    : new AppError('INTERNAL', undefined, { cause: thrown });
}

export function problemOf(error: AppError, correlationId: string | undefined): Problem {
  const { status, title } = ERROR_CODES[error.code];
  return {
    type: `urn:stagedoor:error:${error.code}`,
    title,
    status,
    code: error.code,
    detail: cleanText(error.message),
    ...(correlationId === undefined ? {} : { correlationId }),
    ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: Math.ceil(error.retryAfterSeconds) }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
}

/** Bad percent-encoding: no path of ours. */
function isBadUrl(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === 'FST_ERR_BAD_URL';
}

function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  const status =
    typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? thrown.statusCode : undefined;
  return typeof status === 'number' ? status : 0;
}

/** Nest's and Fastify's messages name their own classes and repeat the URL: ours say enough, but for bad requests. */
function detailOf(thrown: unknown, code: ErrorCode): string | undefined {
  return code === 'VALIDATION_FAILED' && thrown instanceof Error ? thrown.message : undefined;
}

function isUnreachable(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const code = 'code' in error ? String(error.code) : '';
    if (UNREACHABLE.test(code) || UNREACHABLE_MESSAGE.test(error.message)) return true;
    if (error instanceof AggregateError && error.errors.some(isUnreachable)) return true;
  }
  return false;
}

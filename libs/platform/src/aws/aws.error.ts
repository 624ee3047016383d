import { AppError } from '../errors/app.error.js';

/** The parts of an SDK exception that we read. IVS Real-Time carries its text in `exceptionMessage`, others in `message`. */
interface AwsException {
  name: string;
  message?: string;
  exceptionMessage?: string;
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

const THROTTLED = new Set(['ThrottlingException', 'TooManyRequestsException', 'Throttling', 'RequestLimitExceeded']);
const THROTTLE_RETRY_SECONDS = 1;
const QUOTA_RETRY_SECONDS = 60;

function isAwsException(error: unknown): error is AwsException {
  return error instanceof Error && '$metadata' in error;
}

/** AWS's name of the error, such as ResourceNotFoundException; undefined when AWS did not answer. */
export function awsErrorName(error: unknown): string | undefined {
  return isAwsException(error) && error.$metadata?.httpStatusCode ? error.name : undefined;
}

/** AWS refused the call because there were too many. The status is no help: IVS Real-Time's model has none for it. */
export function isAwsThrottle(error: unknown): boolean {
  return THROTTLED.has(awsErrorName(error) ?? '');
}

export function isAwsNotFound(error: unknown): boolean {
  return awsErrorName(error) === 'ResourceNotFoundException';
}

/** What a caller of ours sees of an AWS failure: busy (come back), refused (with AWS's words), or not reachable. */
export function toAppError(error: unknown, operation: string): AppError {
  if (error instanceof AppError) return error;
  const name = awsErrorName(error);
  const exception = error as AwsException;
  const text = exception.exceptionMessage ?? exception.message ?? 'no message';
  if (name === undefined) {
    return new AppError('AWS_BUSY', `${operation}: AWS did not answer`, {
      cause: error,
      retryAfterSeconds: THROTTLE_RETRY_SECONDS,
    });
  }
  if (THROTTLED.has(name)) {
    return new AppError('AWS_BUSY', `${operation}: AWS throttled the call`, {
      cause: error,
      retryAfterSeconds: THROTTLE_RETRY_SECONDS,
    });
  }
  if (name === 'ServiceQuotaExceededException') {
    return new AppError('AWS_BUSY', `${operation}: a quota of the AWS account is used up: ${text}`, {
      cause: error,
      retryAfterSeconds: QUOTA_RETRY_SECONDS,
    });
  }
  const status = exception.$metadata?.httpStatusCode ?? 0;
  if (status >= 500) {
    return new AppError('AWS_BUSY', `${operation}: ${name}`, {
      cause: error,
      retryAfterSeconds: THROTTLE_RETRY_SECONDS,
    });
  }
  return new AppError('AWS_REFUSED', `${operation}: ${name}: ${text}`, { cause: error });
}

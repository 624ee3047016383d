import { ERROR_CODES, type ErrorCode } from '#contracts';

/** One bad field: a JSON pointer into what was sent, and what is wrong there. */
export interface FieldError {
  pointer: string;
  detail: string;
}

interface AppErrorOptions {
  cause?: unknown;
  /** Seconds after which a retry makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  errors?: FieldError[];
}

/** An error that a caller may see. Anything else becomes INTERNAL and is logged with its cause. */
export class AppError extends Error {
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;
  readonly errors: FieldError[] | undefined;

  constructor(
    readonly code: ErrorCode,
    message?: string,
    options: AppErrorOptions = {},
  ) {
    super(message ?? ERROR_CODES[code].title, { cause: options.cause });
    this.name = 'AppError';
    this.status = ERROR_CODES[code].status;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.errors = options.errors;
  }
}

/** Every code that a caller may see: its HTTP status and one sentence. `docs/errors.md` and the API page are made from it. */
export const ERROR_CODES = {
  BAD_REQUEST: { status: 400, title: 'This is not HTTP that can be understood.' },
  UNAUTHENTICATED: { status: 401, title: 'The credentials are missing, wrong, expired or revoked.' },
  TOKEN_EXPIRED: { status: 401, title: 'The access token has expired.' },
  FORBIDDEN: { status: 403, title: 'These credentials do not allow that.' },
  BANNED: { status: 403, title: 'This user is banned from the session.' },
  NOT_FOUND: { status: 404, title: 'There is nothing here that you may see.' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'This path does not answer that method.' },
  SESSION_ENDED: { status: 409, title: 'The session has ended.' },
  CONFLICT: { status: 409, title: 'The state does not allow that now.' },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 409,
    title: 'The first request with this idempotency key has not been answered yet.',
  },
  LOG_GONE: { status: 410, title: 'That part of the log can no longer be served; take a snapshot.' },
  PAYLOAD_TOO_LARGE: { status: 413, title: 'The body is larger than this route takes.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, title: 'This route takes JSON.' },
  VALIDATION_FAILED: { status: 422, title: 'Some fields are not valid; `errors` lists every one of them.' },
  IDEMPOTENCY_KEY_REUSED: { status: 422, title: 'Another request was sent with this idempotency key before.' },
  RATE_LIMITED: { status: 429, title: 'Too many requests; `Retry-After` says when to come back.' },
  AWS_REFUSED: { status: 502, title: 'AWS refused the call.' },
  AWS_BUSY: { status: 503, title: 'AWS is busy or out of quota; `Retry-After` says when to come back.' },
  UNAVAILABLE: { status: 503, title: 'A part that this needs cannot be reached.' },
  INTERNAL: { status: 500, title: 'Something broke on our side; the correlation id finds it in the logs.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERROR_CODES;

import { AsyncLocalStorage } from 'node:async_hooks';
import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino';

const correlation = new AsyncLocalStorage<{ correlationId: string }>();

/** Runs `fn` so that every log line and every job it enqueues carries this id: from the HTTP request through job to socket. */
export function withCorrelation<T>(correlationId: string, fn: () => T): T {
  return correlation.run({ correlationId }, fn);
}

export function correlationId(): string | undefined {
  return correlation.getStore()?.correlationId;
}

// A write of its own for each line would hold up the event loop, for as long as whoever reads the lines is busy. While one
// runs the next lines gather; pino writes out at exit what it still holds.
const standardOutput = () => pino.destination({ fd: 1, sync: false });

/** JSON lines, on standard output unless told otherwise; secrets that might ride along in logged objects are cut out. */
export function createLogger(name: string, level: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    name,
    level,
    mixin: () => correlation.getStore() ?? {},
    redact: {
      paths: [
        'token',
        '*.token',
        '*.participantToken',
        '*.accessToken',
        'req.headers.authorization',
        'headers.authorization',
      ],
      censor: '[redacted]',
    },
  };
  return pino(options, destination ?? standardOutput());
}

export type { Logger };

/** The injection token of the process's logger. */
export const LOGGER = Symbol('LOGGER');

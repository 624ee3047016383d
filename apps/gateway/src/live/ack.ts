import type { Ack, ErrorCode } from '#contracts';
import type { AppError } from '#platform';

export type AckFunction = (answer: Ack<unknown>) => void;

export function refusal(error: { code: ErrorCode; message: string }): Ack<never> {
  return { ok: false, error: { code: error.code, message: error.message } };
}

/** The acknowledgement among the arguments of a message; a message sent without one is answered by nothing. */
export function ackOf(args: readonly unknown[]): AckFunction {
  return (args.find((argument) => typeof argument === 'function') as AckFunction | undefined) ?? (() => {});
}

/** What `connect_error` brings to the client: Socket.IO passes `message` and `data` on. */
export function connectError(error: AppError): Error {
  return Object.assign(new Error(error.message), { data: { code: error.code, message: error.message } });
}

import { AwsError } from '../protocol/aws.error.js';

// EventBridge answers every fault of the caller with 400.
export const CALLER_FAULT = 400;

export const missing = (what: string) =>
  new AwsError('ResourceNotFoundException', CALLER_FAULT, `${what} does not exist.`);

export const exists = (what: string) =>
  new AwsError('ResourceAlreadyExistsException', CALLER_FAULT, `${what} already exists.`);

export const limitExceeded = (message: string) => new AwsError('LimitExceededException', CALLER_FAULT, message);

export const refused = (message: string) => new AwsError('ValidationException', CALLER_FAULT, message);

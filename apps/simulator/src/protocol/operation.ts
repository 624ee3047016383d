import type { z } from 'zod';
import type { AwsError } from './aws.error.js';

/** Who calls, as far as AWS takes it from the signature. */
export interface Caller {
  region: string;
}

export type ServiceName = 'ivs-realtime' | 'ivschat' | 'eventbridge';

export interface Operation {
  input: z.ZodType;
  /** The modelled status of success. */
  status: number;
  /** Answers with an empty object when there is nothing to say. */
  handle(input: unknown, caller: Caller): object;
}

/** Name of an AWS operation → what it takes and does: the whole surface of a service in one table. */
export type Operations = Record<string, Operation>;

/** One entry of a service's table; the handler's input has the schema's type. */
export function operation<S extends z.ZodType>(
  input: S,
  handle: (input: z.output<S>, caller: Caller) => unknown,
  status = 200,
): Operation {
  return { input, status, handle: (given, caller) => (handle(given as z.output<S>, caller) ?? {}) as object };
}

/** An AWS service: its table, and how its protocol words errors. */
export interface AwsService {
  name: ServiceName;
  /** The service in the signature's credential scope. */
  signingName: string;
  contentType: string;
  operations: Operations;
  errorBody(error: AwsError): object;
  statusOf(code: string): number;
  /** The account's default quota of an operation, calls a second; undefined: none that matters. */
  quotaOf(operation: string): number | undefined;
}

/** All calls are made by one account, as in AWS's own documentation. */
export const ACCOUNT_ID = '123456789012';

import { Untestable, type Verdict, verdict } from './verdict.js';

/** The members of an SDK exception that the checks look at. */
export interface AwsException extends Error {
  exceptionMessage?: string;
  resourceId?: string;
  resourceType?: string;
  $metadata: { httpStatusCode?: number; requestId?: string };
  $response?: { headers?: Record<string, string> };
}

// What says something of the credentials and nothing of the claim.
const ABOUT_THE_CALLER =
  /AccessDenied|ExpiredToken|InvalidClientTokenId|UnrecognizedClient|InvalidSignature|PendingVerification|OptInRequired/;

export const isAwsException = (error: unknown): error is AwsException =>
  error instanceof Error && (error as Partial<AwsException>).$metadata?.httpStatusCode !== undefined;

/**
 * AWS's refusal of the call; undefined when it was not refused.
 * @throws Untestable when AWS refuses the caller
 */
export async function refusalOf(call: Promise<unknown>): Promise<AwsException | undefined> {
  try {
    await call;
    return undefined;
  } catch (error) {
    if (!isAwsException(error)) throw error;
    if (ABOUT_THE_CALLER.test(error.name)) throw new Untestable(`AWS refuses the caller: ${error.name}`);
    return error;
  }
}

/** Whether AWS refuses the call with this name and status. */
export async function refuses(call: Promise<unknown>, name: string, status: number): Promise<Verdict> {
  const refusal = await refusalOf(call);
  const seen = refusal ? describe(refusal) : 'AWS took it';
  return verdict(refusal?.name === name && refusal.$metadata.httpStatusCode === status, seen);
}

export const isInvalid = (call: Promise<unknown>) => refuses(call, 'ValidationException', 400);
export const isNotFound = (call: Promise<unknown>) => refuses(call, 'ResourceNotFoundException', 404);

export function describe({ name, message, exceptionMessage, $metadata }: AwsException): string {
  return `${$metadata.httpStatusCode} ${name}: ${exceptionMessage ?? message}`;
}

/** The first verdict that is no confirmation, or the last one. */
export async function every(...asked: (() => Promise<Verdict>)[]): Promise<Verdict> {
  let last = verdict(true, '');
  for (const ask of asked) {
    last = await ask();
    if (!last.isConfirmed) return last;
  }
  return last;
}

/** A call that AWS must take. */
export async function takes(call: Promise<unknown>): Promise<Verdict> {
  const refusal = await refusalOf(call);
  return verdict(!refusal, refusal ? describe(refusal) : 'AWS took it');
}

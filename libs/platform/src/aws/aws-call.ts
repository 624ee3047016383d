import { isAwsNotFound, toAppError } from './aws.error.js';

/** One call to AWS. @throws AppError AWS_BUSY or AWS_REFUSED, naming the operation */
export async function callAws<T>(operation: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toAppError(error, operation);
  }
}

/** One call about something that need not be there: "not found" is an answer. @throws like `callAws` */
export async function findAtAws<T>(operation: string, run: () => Promise<T>): Promise<T | undefined> {
  try {
    return await run();
  } catch (error) {
    if (isAwsNotFound(error)) return undefined;
    throw toAppError(error, operation);
  }
}

/** The region in an ARN: `arn:aws:<service>:<region>:…`. */
export function regionOfArn(arn: string): string {
  const region = arn.split(':')[3];
  if (!region) throw new Error(`not an ARN: ${arn}`);
  return region;
}

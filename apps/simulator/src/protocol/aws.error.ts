/** An error that AWS would answer with. `details` are the members that some services add to the message. */
export class AwsError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message);
    this.name = code;
  }
}

export const notFound = (message: string, details: Record<string, unknown> = {}) =>
  new AwsError('ResourceNotFoundException', 404, message, details);

/** What a service answers when the input has the right form but not the right content. */
export const invalid = (message: string, field?: string) =>
  new AwsError('ValidationException', 400, message, {
    reason: field ? 'FIELD_VALIDATION_FAILED' : 'OTHER',
    ...(field ? { fieldList: [{ name: field, message }] } : {}),
  });

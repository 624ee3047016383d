import type { z } from 'zod';
import { AwsError } from './aws.error.js';

const SHOWN_VALUE_LENGTH = 256;

/**
 * AWS's words for input that breaks the model: a missing member or a broken constraint is a ValidationException that
 * lists every one; a member of another JSON type never reaches the service and is a SerializationException.
 */
export function rejectInput(error: z.ZodError, input: unknown): AwsError {
  const issues = error.issues.map((issue) => ({
    issue,
    path: issue.path.map(String),
    value: valueAt(input, issue.path),
  }));
  const mistyped = issues.find(({ issue, value }) => issue.code === 'invalid_type' && value !== undefined);
  if (mistyped) {
    const expected = (mistyped.issue as z.core.$ZodIssueInvalidType).expected;
    return new AwsError('SerializationException', 400, `'${memberName(mistyped.path)}' is not of type ${expected}`);
  }
  const lines = issues.map(({ issue, path, value }) => ({
    name: memberName(path),
    message: `Value ${show(value)} at '${memberName(path)}' failed to satisfy constraint: ${
      value === undefined ? 'Member must not be null' : issue.message
    }`,
  }));
  const count = `${lines.length} validation error${lines.length === 1 ? '' : 's'} detected`;
  return new AwsError('ValidationException', 400, `${count}: ${lines.map(({ message }) => message).join('; ')}`, {
    reason: 'FIELD_VALIDATION_FAILED',
    fieldList: lines,
  });
}

/** AWS counts list members from one: `tags.1.member`. */
function memberName(path: string[]): string {
  return path.map((part) => (/^\d+$/.test(part) ? `${Number(part) + 1}.member` : part)).join('.') || 'body';
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[part] : undefined,
    input,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'null';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `'${text.slice(0, SHOWN_VALUE_LENGTH)}'`;
}

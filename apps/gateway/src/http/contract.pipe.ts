import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { AppError, type FieldError } from '#platform';
import { escapeKey, MAX_ERRORS, unfitParts } from './json.policy.js';

type Schema = NonNullable<ArgumentMetadata['schema']>;
type Issue = NonNullable<Awaited<ReturnType<Schema['~standard']['validate']>>['issues']>[number];

/** Where an argument stands in the request: the body's fields by themselves, the others below their part. */
const POINTER_OF: Record<ArgumentMetadata['type'], string> = { body: '', query: '/query', param: '/path', custom: '' };

/**
 * Validates what a handler's parameters name a schema for, on routes and socket messages alike, and reports every bad
 * field. A path that does not fit its schema is a thing that does not exist.
 */
@Injectable()
export class ContractPipe implements PipeTransform {
  async transform(given: unknown, { schema, type }: ArgumentMetadata): Promise<unknown> {
    if (!schema || type === 'custom') return given;
    // A route whose fields are all optional may be called without a body.
    const value = type === 'body' ? (given ?? {}) : given;
    const root = POINTER_OF[type];
    const unfit = unfitParts(value, root);
    // Schemas recurse: what is nested too deeply must not reach them.
    if (unfit.isTooDeep) throw refusal(type, unfit.errors);
    const result = await schema['~standard'].validate(value);
    const errors = [...unfit.errors, ...(result.issues ?? []).flatMap((issue) => describe(issue, root))];
    if (result.issues || errors.length > 0) throw refusal(type, errors);
    return result.value;
  }
}

function refusal(type: ArgumentMetadata['type'], errors: FieldError[]): AppError {
  if (type === 'param') return new AppError('NOT_FOUND');
  const count = errors.length === 1 ? 'One field is' : `${errors.length} fields are`;
  return new AppError('VALIDATION_FAILED', `${count} not valid.`, { errors: errors.slice(0, MAX_ERRORS) });
}

/** zod reports all unknown fields of an object as one issue. */
function describe(issue: Issue & { keys?: string[] }, root: string): FieldError[] {
  const segments = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
  const pointer = [root, ...segments.map(escapeKey)].join('/');
  if (!issue.keys) return [{ pointer, detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: `${pointer}/${escapeKey(key)}`, detail: 'there is no such field' }));
}

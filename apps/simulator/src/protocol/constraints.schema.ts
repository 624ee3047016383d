import { z } from 'zod';

/**
 * Smithy's constraint traits as zod: every message is the text that AWS's front ends put behind "failed to satisfy
 * constraint". Lengths count characters (code points), patterns match the whole value, as AWS does.
 */
export interface TextConstraints {
  min?: number;
  max?: number;
  pattern?: string;
}

const lengthOf = (text: string) => [...text].length;

export function text({ min = 0, max, pattern }: TextConstraints = {}) {
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  return z.string().check((payload) => {
    const fail = (message: string) => payload.issues.push({ code: 'custom', message, input: payload.value });
    if (whole && !whole.test(payload.value)) fail(`Member must satisfy regular expression pattern: ${pattern}`);
    const length = lengthOf(payload.value);
    if (max !== undefined && length > max) fail(`Member must have length less than or equal to ${max}`);
    if (length < min) fail(`Member must have length greater than or equal to ${min}`);
  });
}

export function integer({ min, max }: { min?: number; max?: number }) {
  let schema = z.int();
  if (min !== undefined) schema = schema.min(min, `Member must have value greater than or equal to ${min}`);
  if (max !== undefined) schema = schema.max(max, `Member must have value less than or equal to ${max}`);
  return schema;
}

export function oneOf<const V extends readonly [string, ...string[]]>(values: V) {
  return z.enum(values, { error: `Member must satisfy enum value set: [${values.join(', ')}]` });
}

export function list<T extends z.ZodType>(item: T, { min = 0, max }: { min?: number; max: number }) {
  return z
    .array(item)
    .min(min, `Member must have length greater than or equal to ${min}`)
    .max(max, `Member must have length less than or equal to ${max}`);
}

const TAG_LIMIT = 50;

export const Tags = z
  .record(text({ min: 1, max: 128 }), text({ max: 256 }))
  .refine(
    (tags) => Object.keys(tags).length <= TAG_LIMIT,
    `Member must have length less than or equal to ${TAG_LIMIT}`,
  );
export type Tags = z.infer<typeof Tags>;

export const TagKeys = list(text({ min: 1, max: 128 }), { max: TAG_LIMIT });

/** Application-provided attributes: 1 KB of UTF-8 in all, keys and values together. */
const ATTRIBUTE_BYTES = 1_024;
export const Attributes = z
  .record(z.string(), z.string())
  .refine(
    (attributes) => Buffer.byteLength(Object.entries(attributes).flat().join(''), 'utf8') <= ATTRIBUTE_BYTES,
    `Member must have a total length less than or equal to ${ATTRIBUTE_BYTES} bytes`,
  );

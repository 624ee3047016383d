import { AppError, type Principal } from '#platform';

/** Visible ASCII, as the header's draft has it; quotes around it belong to it. */
const KEY = /^[\x20-\x7e]{1,255}$/;
export const IDEMPOTENCY_HEADER = 'idempotency-key';
/** Set to `true` on an answer that repeats an earlier one. */
export const REPLAYED_HEADER = 'idempotency-replayed';

/** @throws AppError VALIDATION_FAILED */
export function idempotencyKeyOf(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && KEY.test(header)) return header;
  throw new AppError('VALIDATION_FAILED', 'The Idempotency-Key is not valid.', {
    errors: [{ pointer: '/header/idempotency-key', detail: '1 to 255 visible ASCII characters, once' }],
  });
}

/** Whose keys these are: a user's tokens of one role share them, as they follow each other. */
export function callerScope(principal: Principal): string {
  return principal.kind === 'api_key'
    ? `api_key/${principal.id ?? 'environment'}`
    : `${principal.role}/${principal.userId}`;
}

/** The same text for the same JSON, whatever the order of its fields. */
export function canonicalJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, part: unknown) =>
      typeof part === 'object' && part !== null && !Array.isArray(part)
        ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
        : part,
    ) ?? ''
  );
}

/** Those fields of an answer that may be stored. */
export function keptOf(answer: unknown, fields: readonly string[]): Record<string, unknown> {
  const given = typeof answer === 'object' && answer !== null ? Object.entries(answer) : [];
  return Object.fromEntries(given.filter(([name]) => fields.includes(name)));
}

/**
 * EventBridge's event patterns: an object of the event's fields, each with a list of which one element must match.
 * Operators: exact, prefix, suffix (both also with equals-ignore-case), anything-but, exists, numeric,
 * equals-ignore-case, wildcard, and $or.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-content-based-filtering.html
 */
export type Pattern = { [field: string]: Pattern | Pattern[] | Matcher[] };
export type Matcher = string | number | boolean | null | { [operator: string]: unknown };

export function matchesPattern(pattern: Pattern, event: unknown): boolean {
  return Object.entries(pattern).every(([field, rule]) => {
    if (field === '$or') return (rule as Pattern[]).some((alternative) => matchesPattern(alternative, event));
    const values = valuesOf(event, field);
    if (!Array.isArray(rule))
      return values.some((value) => matchesPattern(rule as Pattern, value)) || demandsNothing(rule, values);
    return (rule as Matcher[]).some((matcher) => matchesValues(matcher, values));
  });
}

/** A field under a missing object can only be asked not to exist. */
const demandsNothing = (rule: Pattern, values: unknown[]) => values.length === 0 && matchesPattern(rule, {});

/** An array in the event stands for each of its elements, of which one must match. */
function valuesOf(event: unknown, field: string): unknown[] {
  if (Array.isArray(event)) return event.flatMap((one) => valuesOf(one, field));
  if (typeof event !== 'object' || event === null || !Object.hasOwn(event, field)) return [];
  const value = (event as Record<string, unknown>)[field];
  return Array.isArray(value) ? value.flat(Number.POSITIVE_INFINITY) : [value];
}

function matchesValues(matcher: Matcher, values: unknown[]): boolean {
  if (typeof matcher !== 'object' || matcher === null) return values.includes(matcher);
  const [operator = '', operand] = Object.entries(matcher)[0] ?? [];
  // `exists` means leaves: an object that is there does not count, as in AWS.
  const leaves = values.filter((value) => typeof value !== 'object' || value === null);
  if (operator === 'exists') return leaves.length > 0 === operand;
  // One forbidden element of an array is enough to fail.
  if (operator === 'anything-but') return leaves.length > 0 && leaves.every((value) => isOtherThan(operand, value));
  return leaves.some((value) => matchesOperator(operator, operand, value));
}

function matchesOperator(operator: string, operand: unknown, value: unknown): boolean {
  if (operator === 'numeric') return typeof value === 'number' && isInRange(operand as (string | number)[], value);
  if (typeof value !== 'string') return false;
  const { text, given } = fold(operand, value);
  switch (operator) {
    case 'prefix':
      return given.startsWith(text);
    case 'suffix':
      return given.endsWith(text);
    case 'equals-ignore-case':
      return value.toLowerCase() === String(operand).toLowerCase();
    case 'wildcard':
      return wildcard(text).test(value);
    default:
      return false;
  }
}

/** `{"prefix": {"equals-ignore-case": "x"}}` compares without case. */
function fold(operand: unknown, value: string): { text: string; given: string } {
  if (typeof operand !== 'object' || operand === null) return { text: String(operand), given: value };
  return { text: String(Object.values(operand)[0]).toLowerCase(), given: value.toLowerCase() };
}

function isOtherThan(operand: unknown, value: unknown): boolean {
  if (Array.isArray(operand)) return !operand.includes(value);
  if (typeof operand !== 'object' || operand === null) return value !== operand;
  const [operator = '', inner] = Object.entries(operand)[0] ?? [];
  return ![inner].flat().some((one) => matchesOperator(operator, one, value));
}

function isInRange(conditions: (string | number)[], value: number): boolean {
  for (let index = 0; index < conditions.length; index += 2) {
    if (!compare(String(conditions[index]), value, Number(conditions[index + 1]))) return false;
  }
  return true;
}

function compare(operator: string, value: number, bound: number): boolean {
  switch (operator) {
    case '=':
      return value === bound;
    case '<':
      return value < bound;
    case '<=':
      return value <= bound;
    case '>':
      return value > bound;
    case '>=':
      return value >= bound;
    default:
      return false;
  }
}

function wildcard(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

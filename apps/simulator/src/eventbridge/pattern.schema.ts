import { AwsError } from '../protocol/aws.error.js';
import type { Pattern } from './pattern.rule.js';

const OPERATORS = ['prefix', 'suffix', 'anything-but', 'exists', 'numeric', 'equals-ignore-case', 'wildcard'];
const COMPARISONS = ['=', '<', '<=', '>', '>='];

const refuse = (reason: string) =>
  new AwsError('InvalidEventPatternException', 400, `Event pattern is not valid. Reason: ${reason}`);

/** @throws AwsError InvalidEventPatternException, as PutRule answers it */
export function parsePattern(text: string): Pattern {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw refuse('Invalid JSON');
  }
  checkObject(parsed, 'Filter');
  return parsed as Pattern;
}

function checkObject(value: unknown, where: string): void {
  if (!isObject(value)) throw refuse(`${where} is not an object`);
  const fields = Object.entries(value);
  if (fields.length === 0) throw refuse('Empty objects are not allowed');
  for (const [field, rule] of fields) {
    if (field === '$or') checkAlternatives(rule);
    else if (Array.isArray(rule)) checkMatchers(field, rule);
    else if (isObject(rule)) checkObject(rule, `"${field}"`);
    else throw refuse(`"${field}" must be an object or an array`);
  }
}

function checkAlternatives(rule: unknown): void {
  if (!Array.isArray(rule) || rule.length < 2) throw refuse('"$or" must be an array of two or more patterns');
  for (const alternative of rule) checkObject(alternative, '"$or"');
}

function checkMatchers(field: string, matchers: unknown[]): void {
  if (matchers.length === 0) throw refuse('Empty arrays are not allowed');
  for (const matcher of matchers) {
    if (Array.isArray(matcher)) throw refuse(`"${field}" holds an array within its array`);
    if (isObject(matcher)) checkOperator(matcher);
  }
}

function checkOperator(matcher: object): void {
  const entries = Object.entries(matcher);
  const [operator = '', operand] = entries[0] ?? [];
  if (entries.length !== 1) throw refuse('Only one key allowed in match expression');
  if (!OPERATORS.includes(operator)) throw refuse(`Unrecognized match type ${operator}`);
  if (operator === 'exists' && typeof operand !== 'boolean')
    throw refuse('exists match pattern must be either true or false.');
  if (operator === 'numeric') checkNumeric(operand);
  if (operator === 'equals-ignore-case' || operator === 'wildcard') checkText(operator, operand);
  if (operator === 'prefix' || operator === 'suffix') checkAffix(operator, operand);
  if (operator === 'anything-but') checkAnythingBut(operand);
}

function checkText(operator: string, operand: unknown): void {
  if (typeof operand !== 'string') throw refuse(`${operator} match pattern must be a string`);
}

function checkAffix(operator: string, operand: unknown): void {
  if (!isObject(operand)) {
    checkText(operator, operand);
    return;
  }
  const [[inner, text] = []] = Object.entries(operand);
  if (inner !== 'equals-ignore-case') throw refuse(`Unsupported ${operator} match pattern ${inner}`);
  checkText(inner, text);
}

function checkAnythingBut(operand: unknown): void {
  if (!isObject(operand)) {
    const values = [operand].flat();
    const isPlain = values.length > 0 && values.every((one) => ['string', 'number'].includes(typeof one));
    if (!isPlain) throw refuse('anything-but takes strings, numbers or a list of them');
    return;
  }
  const [[inner = '', text] = []] = Object.entries(operand);
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(inner)) {
    throw refuse(`Unsupported anything-but pattern: ${inner}`);
  }
  for (const one of [text].flat()) checkText(inner, one);
}

function checkNumeric(operand: unknown): void {
  if (!Array.isArray(operand) || ![2, 4].includes(operand.length)) {
    throw refuse('numeric must be an array of one or two comparisons');
  }
  operand.forEach((part, index) => {
    const isRight = index % 2 === 0 ? COMPARISONS.includes(part) : typeof part === 'number';
    if (!isRight) throw refuse(`Unrecognized numeric range operator: ${String(part)}`);
  });
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// PostgreSQL's text and jsonb take neither NUL nor a lone surrogate, and one of them in a job makes the whole job fail.
const NUL = '\u0000';

/**
 * Text that every store and every JSON reader takes: without NUL, and with U+FFFD in place of each lone surrogate.
 * With `maxLength` (UTF-16 units) it is cut there, never in the middle of a pair.
 */
export function cleanText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  const whole = replaceLoneSurrogates(text.includes(NUL) ? text.replaceAll(NUL, '') : text);
  if (whole.length <= maxLength) return whole;
  const isPairCut = isHighSurrogate(whole.charCodeAt(maxLength - 1));
  return whole.slice(0, isPairCut ? maxLength - 1 : maxLength);
}

function replaceLoneSurrogates(text: string): string {
  // With the `u` flag a pair is one code point, so that only lone surrogates match.
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

import { cleanText } from './text.js';

describe('cleanText', () => {
  it('leaves ordinary text as it is, pairs of surrogates among it', () => {
    expect(cleanText('Grüße, 世界, 🎭!\n\t')).toBe('Grüße, 世界, 🎭!\n\t');
    expect(cleanText('')).toBe('');
  });

  it('removes every NUL', () => {
    expect(cleanText('\u0000a\u0000\u0000b\u0000')).toBe('ab');
  });

  it.each([
    ['\ud83c', '\ufffd'],
    ['\udfad', '\ufffd'],
    ['a\ud83cb', 'a\ufffdb'],
    ['\udfad\ud83c', '\ufffd\ufffd'],
    ['🎭\ud83c🎭', '🎭\ufffd🎭'],
    ['\ud83c\ud83c\udfad', '\ufffd🎭'],
  ])('replaces lone surrogates: %j becomes %j', (text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it('does not make a lone surrogate by removing a NUL from between two halves', () => {
    expect(cleanText('\ud83c\u0000\udfad')).toBe('🎭');
  });

  it('cuts at a length, but never through a pair', () => {
    expect(cleanText('abcdef', 3)).toBe('abc');
    expect(cleanText('ab🎭', 3)).toBe('ab');
    expect(cleanText('ab🎭', 4)).toBe('ab🎭');
    expect(cleanText('🎭', 1)).toBe('');
    expect(cleanText('abc', 0)).toBe('');
  });

  it('gives text that JSON and UTF-8 carry unchanged', () => {
    const clean = cleanText('x\ud800\u0000y\udc00');
    expect(JSON.parse(JSON.stringify(clean))).toBe(clean);
    expect(Buffer.from(clean, 'utf8').toString('utf8')).toBe(clean);
  });
});

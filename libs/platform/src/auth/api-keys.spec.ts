import { ApiKeys } from './api-keys.js';
import { bearerOf } from './authenticator.js';

describe('API keys', () => {
  it('are taken, both of a rotating pair, and nothing else is', () => {
    const keys = new ApiKeys(['first-key-of-the-pair', 'second-key-of-the-pair']);
    expect(keys.includes('first-key-of-the-pair')).toBe(true);
    expect(keys.includes('second-key-of-the-pair')).toBe(true);
    for (const wrong of ['', 'first-key-of-the-pai', 'first-key-of-the-pair,second-key-of-the-pair']) {
      expect(keys.includes(wrong)).toBe(false);
    }
    expect(new ApiKeys([]).includes('')).toBe(false);
  });
});

describe('the Authorization header', () => {
  it('is a bearer credential, whatever the case of its scheme', () => {
    expect(bearerOf('Bearer abc')).toBe('abc');
    expect(bearerOf('bearer a.b-c_d~+/=')).toBe('a.b-c_d~+/=');
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic abc', 'Bearer a b', 'Bearer ä', 'abc'])(
    '%p is refused',
    (header) => {
      expect(() => bearerOf(header)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }));
    },
  );
});

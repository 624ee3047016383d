import { PrivateKeyCipher } from './private-key.cipher.js';

const MASTER = 'a-master-key-of-the-tests-32-chars';

describe('a private key at rest', () => {
  const cipher = new PrivateKeyCipher(MASTER);

  it('comes back with the same master key, in another process too', () => {
    const sealed = cipher.encrypt('a private key', 'arn:k');
    expect(sealed).not.toContain('a private key');
    expect(new PrivateKeyCipher(MASTER).decrypt(sealed, 'arn:k')).toBe('a private key');
  });

  it('looks different each time', () => {
    expect(cipher.encrypt('same', 'arn:k')).not.toBe(cipher.encrypt('same', 'arn:k'));
  });

  it('does not come back with another master key, in another key’s row, or changed by one bit', () => {
    const sealed = cipher.encrypt('a private key', 'arn:k');
    expect(() => new PrivateKeyCipher(`${MASTER}x`).decrypt(sealed, 'arn:k')).toThrow();
    expect(() => cipher.decrypt(sealed, 'arn:other')).toThrow();
    const bytes = Buffer.from(sealed.slice(3), 'base64url');
    for (const index of [0, 12, 28, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => cipher.decrypt(`v1.${changed.toString('base64url')}`, 'arn:k')).toThrow();
    }
    for (const broken of ['', 'v1.', 'v1.AAAA', `v2.${sealed.slice(3)}`, sealed.slice(0, -8)]) {
      expect(() => cipher.decrypt(broken, 'arn:k')).toThrow();
    }
  });
});

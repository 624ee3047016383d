import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
// NIST SP 800-38D, 8.2.2: 96 random bits are safe for far more keys than anyone will make.
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Says how the rest is made, so that a later way can be told apart. */
const VERSION = 'v1';

/**
 * AES-256-GCM under a key derived from the master key. What it encrypts is bound to its name (the key's ARN): a text put
 * into another key's row does not decrypt.
 */
export class PrivateKeyCipher {
  private readonly key: Buffer;

  constructor(masterKey: string) {
    this.key = Buffer.from(hkdfSync('sha256', masterKey, '', 'stagedoor private keys', KEY_BYTES));
  }

  encrypt(text: string, name: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce).setAAD(Buffer.from(name));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return `${VERSION}.${Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString('base64url')}`;
  }

  /** @throws Error when it was encrypted under another master key, for another name, or changed */
  decrypt(sealed: string, name: string): string {
    const [version, text = ''] = sealed.split('.');
    const bytes = Buffer.from(text, 'base64url');
    if (version !== VERSION || bytes.length <= NONCE_BYTES + TAG_BYTES) throw new Error('not an encrypted private key');
    const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(Buffer.from(name))
      .setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }
}

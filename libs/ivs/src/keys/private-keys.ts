import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config } from '#platform';
import { PrivateKeyCipher } from './private-key.cipher.js';
import type { KeyRecord } from './public-key.repository.js';

const PEM_BLOCK = /-----BEGIN (?:EC )?PRIVATE KEY-----[\s\S]+?-----END (?:EC )?PRIVATE KEY-----/g;
const CURVE = 'secp384r1';

/** Both halves of a key pair, in PEM. */
export interface KeyPairText {
  publicKey: string;
  privateKey: string;
}

/** Where the private halves are: in the database, encrypted under the master key, or in a file. */
export class PrivateKeys {
  private readonly cipher: PrivateKeyCipher | undefined;

  constructor(private readonly config: Config) {
    const { STAGEDOOR_MASTER_KEY } = config.env;
    if (STAGEDOOR_MASTER_KEY) this.cipher = new PrivateKeyCipher(STAGEDOOR_MASTER_KEY);
  }

  /** Whether a private key can be kept in the database. */
  get canKeep(): boolean {
    return this.cipher !== undefined;
  }

  /** @throws Error without a master key */
  seal(privateKey: string, arn: string): string {
    if (!this.cipher) throw new Error('STAGEDOOR_MASTER_KEY: required to keep private keys in the database');
    return this.cipher.encrypt(privateKey, arn);
  }

  /** @throws Error that says why this process cannot sign with it */
  async open(key: KeyRecord): Promise<KeyObject> {
    if (key.privateKey !== undefined) {
      if (!this.cipher) throw new Error('STAGEDOOR_MASTER_KEY: required, private keys are kept in the database');
      return createPrivateKey(this.cipher.decrypt(key.privateKey, key.arn));
    }
    const pair = (await this.inFile()).find(({ publicKey }) => publicKey === key.publicKey);
    if (!pair) throw new Error('its private key is neither in the database nor in STAGEDOOR_PRIVATE_KEY_FILE');
    return createPrivateKey(pair.privateKey);
  }

  /** The pairs of STAGEDOOR_PRIVATE_KEY_FILE; none when it is not set. */
  async inFile(): Promise<KeyPairText[]> {
    const { STAGEDOOR_PRIVATE_KEY_FILE } = this.config.env;
    return STAGEDOOR_PRIVATE_KEY_FILE ? readKeyFile(STAGEDOOR_PRIVATE_KEY_FILE) : [];
  }
}

/** @throws Error when the file holds anything but P-384 private keys */
export async function readKeyFile(file: string): Promise<KeyPairText[]> {
  const blocks = (await readFile(file, 'utf8')).match(PEM_BLOCK);
  if (!blocks) throw new Error(`${file} holds no private key in PEM`);
  return blocks.map((block) => {
    const privateKey = createPrivateKey(block);
    if (privateKey.asymmetricKeyDetails?.namedCurve !== CURVE) throw new Error(`${file} holds a key that is not P-384`);
    return pairOf(privateKey);
  });
}

export function pairOf(privateKey: KeyObject): KeyPairText {
  return {
    publicKey: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

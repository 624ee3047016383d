import { generateKeyPairSync } from 'node:crypto';
import { GetPublicKeyCommand } from '@aws-sdk/client-ivs-realtime';
import type { Check } from '../check.js';
import { every, isInvalid, isNotFound, refuses } from '../refusal.js';
import { verdict } from '../verdict.js';

const newKey = (namedCurve: string) =>
  generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).publicKey;

/** Public keys. A region holds three: with three of yours these cannot be asked. */
export const KEY_CHECKS: readonly Check[] = [
  {
    name: 'keys.life',
    claim: 'A P-384 key is imported once (409 the second time), has an MD5 fingerprint, and is gone (404) when deleted',
    ask: async (account) => {
      const material = newKey('P-384');
      const { arn, fingerprint = '' } = await account.importKey(material);
      if (!/^([0-9a-f]{2}:){15}[0-9a-f]{2}$/.test(fingerprint)) return verdict(false, `fingerprint ${fingerprint}`);
      return every(
        () => refuses(account.importKey(material), 'ConflictException', 409),
        async () => {
          await account.belongings.remove(arn);
          return isNotFound(account.realTime.send(new GetPublicKeyCommand({ arn })));
        },
      );
    },
  },
  {
    name: 'keys.curve',
    claim: 'A key of another curve is a ValidationException',
    ask: (account) => isInvalid(account.importKey(newKey('P-256'))),
  },
];

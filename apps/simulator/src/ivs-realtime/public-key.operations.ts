import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import type { Ids } from '#platform/ids';
import { AwsError, invalid, notFound } from '../protocol/aws.error.js';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { page } from '../protocol/page.js';
import { refuseReservedTags } from '../protocol/tags.rule.js';
import type { PublicKeyRecord, PublicKeyRepository } from './public-key.repository.js';
import * as schema from './public-key.schema.js';

// https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
const KEYS_PER_REGION = 3;
const KEY_ID_LENGTH = 12;
// The curve of ES384, the only algorithm that IVS takes.
const CURVE = 'secp384r1';

export function publicKeyOperations({ keys, ids }: { keys: PublicKeyRepository; ids: Ids }): Operations {
  const known = (arn: string, region: string) => {
    const key = keys.find(arn, region);
    if (!key) throw notFound('Resource not found');
    return key;
  };
  return {
    ImportPublicKey: operation(schema.ImportPublicKey, ({ publicKeyMaterial, name, tags = {} }, { region }) => {
      refuseReservedTags(tags);
      const fingerprint = fingerprintOf(readKey(publicKeyMaterial));
      const present = keys.all(region);
      if (present.some((key) => key.fingerprint === fingerprint)) {
        throw new AwsError('ConflictException', 409, 'The public key was imported already');
      }
      if (present.length >= KEYS_PER_REGION) {
        throw new AwsError('ServiceQuotaExceededException', 402, `Quota of ${KEYS_PER_REGION} public keys exceeded`);
      }
      const key: PublicKeyRecord = {
        seq: keys.nextSeq(),
        arn: `arn:aws:ivs:${region}:${ACCOUNT_ID}:public-key/${ids.token(KEY_ID_LENGTH)}`,
        region,
        ...(name === undefined ? {} : { name }),
        publicKeyMaterial,
        fingerprint,
        tags,
      };
      keys.add(key);
      return { publicKey: describe(key) };
    }),

    GetPublicKey: operation(schema.GetPublicKey, ({ arn }, { region }) => ({
      publicKey: describe(known(arn, region)),
    })),

    ListPublicKeys: operation(schema.ListPublicKeys, ({ maxResults, nextToken }, { region }) => {
      const found = page('ListPublicKeys', keys.all(region), maxResults, nextToken);
      const publicKeys = found.items.map(({ arn, name, tags }) => ({ arn, name, tags }));
      return { publicKeys, nextToken: found.nextToken };
    }),

    DeletePublicKey: operation(schema.DeletePublicKey, ({ arn }, { region }) => keys.remove(known(arn, region))),
  };
}

function describe({ arn, name, publicKeyMaterial, fingerprint, tags }: PublicKeyRecord) {
  return { arn, name, publicKeyMaterial, fingerprint, tags };
}

/** @throws ValidationException for what is no public key, or one of another curve */
function readKey(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch {
    throw invalid('The public key cannot be read', 'publicKeyMaterial');
  }
  if (key.asymmetricKeyDetails?.namedCurve !== CURVE) {
    throw invalid('The public key must be an ECDSA key on the curve P-384', 'publicKeyMaterial');
  }
  return key;
}

/** MD5 over the DER form with colons, as AWS's samples show it. */
function fingerprintOf(key: KeyObject): string {
  const digest = createHash('md5')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');
  return digest.match(/../g)?.join(':') ?? '';
}

import { z } from 'zod';
import { integer, Tags, text } from '../protocol/constraints.schema.js';

/** The members of the operations on public keys with the constraints of the service model (2020-07-14). */
const PublicKeyArn = text({ min: 1, max: 128, pattern: 'arn:aws:ivs:[a-z0-9-]+:[0-9]+:public-key/[a-zA-Z0-9-]+' });

export const ImportPublicKey = z.object({
  publicKeyMaterial: text({
    pattern: '.*-----BEGIN PUBLIC KEY-----\\r?\\n([a-zA-Z0-9+/=\\r\\n]+)\\r?\\n-----END PUBLIC KEY-----(\\r?\\n)?.*',
  }),
  name: text({ max: 128, pattern: '[a-zA-Z0-9-_]*' }).optional(),
  tags: Tags.optional(),
});
export const GetPublicKey = z.object({ arn: PublicKeyArn });
export const DeletePublicKey = GetPublicKey;
export const ListPublicKeys = z.object({
  nextToken: text({ max: 1_024, pattern: '[a-zA-Z0-9+/=_-]*' }).optional(),
  maxResults: integer({ min: 1, max: 100 }).default(50),
});

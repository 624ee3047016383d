import { z } from 'zod';
import { Region, UserId } from './session.schema.js';

/** What the control-plane routes take and AWS's limits on it; the limits are those of the service models (2020-07-14). */

/** A stage's or room's name at AWS. A title for people goes into a tag. */
export const AwsName = z
  .string()
  .max(128)
  .regex(/^[a-zA-Z0-9-_]*$/, 'letters, digits, - and _');

// 50 at most on any resource; ours must fit beside the caller's.
const TAG_LIMIT = 46;
const TAG_KEY = /^(?!aws:|stagedoor:)[^\p{C}]{1,128}$/iu;

/** `aws:` belongs to AWS, `stagedoor:` tells the sweep what it must not touch. */
export const Tags = z
  .record(
    z.string().regex(TAG_KEY, '1 to 128 characters, not beginning with aws: or stagedoor:'),
    z
      .string()
      .max(256)
      .regex(/^[^\p{C}]*$/u, 'no control characters or lone surrogates'),
  )
  .refine((tags) => Object.keys(tags).length <= TAG_LIMIT, `at most ${TAG_LIMIT} tags`);
export type Tags = z.infer<typeof Tags>;

const ATTRIBUTE_BYTES = 1_024;
const wellFormed = z.string().regex(/^[^\p{Cs}\0]*$/u, 'no NUL or lone surrogates');

/** What everyone on the stage or in the room sees beside the user id: 1 KB of UTF-8 in all, keys and values together. */
export const Attributes = z
  .record(wellFormed, wellFormed)
  .refine(
    (attributes) => Buffer.byteLength(Object.entries(attributes).flat().join('')) <= ATTRIBUTE_BYTES,
    `at most ${ATTRIBUTE_BYTES} bytes of UTF-8 in all`,
  );
export type Attributes = z.infer<typeof Attributes>;

/** A stage's or room's id, or its ARN percent-encoded. What cannot be one is not found. */
export const StageRef = z.string().regex(/^(arn:aws:ivs:[a-z0-9-]{1,32}:\d{1,20}:stage\/)?[a-zA-Z0-9-]{1,64}$/);
export const RoomRef = z.string().regex(/^(arn:aws:ivschat:[a-z0-9-]{1,32}:\d{1,20}:room\/)?[a-zA-Z0-9-]{1,64}$/);

/** The region of an id in the path; an ARN has its own. Default: the first of the allow-list. */
export const ReadInRegion = z.strictObject({ region: Region.optional() });
export type ReadInRegion = z.infer<typeof ReadInRegion>;

/** For whom; one's own with an access token, required with an API key where AWS requires it. */
export const forUser = { userId: UserId.optional() };

import { z } from 'zod';
import { cleanText } from '#platform/text';

// Generous: AWS's own ids and ARNs are far shorter. They only keep a broken or hostile event from bloating rows and the log.
const ID_LENGTH = 256;
const ARN_LENGTH = 2_048;
const TEXT_LENGTH = 2_048;
const ATTRIBUTES = 128;

const bounded = (length: number) =>
  z
    .string()
    .max(length)
    .transform((text) => cleanText(text))
    .pipe(z.string().min(1));

/** An identifier from AWS: not empty, bounded, and otherwise taken as it is (the documentation's are shorter than real ones). */
export const Id = bounded(ID_LENGTH);

/** An ARN, or another name of a resource. */
export const Arn = bounded(ARN_LENGTH);

/** AWS says null or the empty string where it has nothing to say. */
const nothing = (value: unknown) => (value === null || value === '' ? undefined : value);

export const OptionalId = z.preprocess(nothing, Id.optional());
export const OptionalArn = z.preprocess(nothing, Arn.optional());

/** Prose for people: cut where it is too long. */
export const OptionalText = z.preprocess(
  nothing,
  z
    .string()
    .transform((text) => cleanText(text, TEXT_LENGTH))
    .optional(),
);

const attribute = z.string().transform((text) => cleanText(text, TEXT_LENGTH));

/** A token's attributes. */
export const OptionalAttributes = z.preprocess(
  nothing,
  z
    .record(attribute, attribute)
    .refine((attributes) => Object.keys(attributes).length <= ATTRIBUTES, `at most ${ATTRIBUTES} attributes`)
    .optional(),
);

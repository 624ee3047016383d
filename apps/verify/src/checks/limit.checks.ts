import { TagResourceCommand } from '@aws-sdk/client-ivs-realtime';
import type { Account } from '../account.js';
import type { Check } from '../check.js';
import { every, isInvalid, takes } from '../refusal.js';

const NAME_LENGTH = 128;
const TAGS = 50;
const INLINE_TOKENS = 12;
const ATTRIBUTE_BYTES = 1_024;
const LONGEST_MINUTES = 20_160;

const tokens = (count: number) => Array.from({ length: count }, () => ({}));
const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${index}`, '']));
/** One attribute whose name and value have that many bytes in UTF-8, two of them a letter. */
const attributes = (bytes: number) => ({ key1: 'ü'.repeat(Math.floor((bytes - 4) / 2)) + 'x'.repeat(bytes % 2) });
const ownTags = (account: Account) => Object.keys(account.tags).length;

/** Where AWS draws its lines: what is just allowed is taken, and one more is a ValidationException. */
export const LIMIT_CHECKS: readonly Check[] = [
  {
    name: 'limits.stage.name',
    claim: `A stage's name has at most ${NAME_LENGTH} characters, of letters, digits, - and _`,
    ask: (account) =>
      every(
        () => takes(account.makeStage({ name: 'x'.repeat(NAME_LENGTH) })),
        () => isInvalid(account.makeStage({ name: 'x'.repeat(NAME_LENGTH + 1) })),
        () => isInvalid(account.makeStage({ name: 'ä' })),
      ),
  },
  {
    name: 'limits.stage.tokens',
    claim: `CreateStage makes at most ${INLINE_TOKENS} tokens`,
    ask: (account) =>
      every(
        () => takes(account.makeStage({ participantTokenConfigurations: tokens(INLINE_TOKENS) })),
        () => isInvalid(account.makeStage({ participantTokenConfigurations: tokens(INLINE_TOKENS + 1) })),
      ),
  },
  {
    name: 'limits.tags.count',
    claim: `A stage has at most ${TAGS} tags, however they came`,
    ask: (account) =>
      every(
        () => isInvalid(account.makeStage({ tags: tags(TAGS + 1) })),
        async () => {
          const { arn: resourceArn } = await account.makeStage({ tags: tags(TAGS - ownTags(account)) });
          return isInvalid(account.realTime.send(new TagResourceCommand({ resourceArn, tags: { more: '' } })));
        },
      ),
  },
  {
    name: 'limits.tags.reserved',
    claim: 'A tag may not begin with aws:',
    ask: (account) => isInvalid(account.makeStage({ tags: { 'aws:mine': '' } })),
  },
  {
    name: 'limits.tags.value',
    claim: "A tag's value has at most 256 characters",
    ask: (account) =>
      every(
        () => takes(account.makeStage({ tags: { title: 'x'.repeat(256) } })),
        () => isInvalid(account.makeStage({ tags: { title: 'x'.repeat(257) } })),
      ),
  },
  {
    name: 'limits.token.attributes',
    claim: `A token's attributes have at most ${ATTRIBUTE_BYTES} bytes of UTF-8, keys and values together`,
    ask: (account) =>
      every(
        () => takes(account.makeToken({ attributes: attributes(ATTRIBUTE_BYTES) })),
        () => isInvalid(account.makeToken({ attributes: attributes(ATTRIBUTE_BYTES + 1) })),
      ),
  },
  {
    name: 'limits.token.duration',
    claim: `A token lives from one minute to ${LONGEST_MINUTES}`,
    ask: (account) =>
      every(
        () => takes(account.makeToken({ duration: LONGEST_MINUTES })),
        () => isInvalid(account.makeToken({ duration: LONGEST_MINUTES + 1 })),
        () => isInvalid(account.makeToken({ duration: 0 })),
      ),
  },
  {
    name: 'limits.token.userId',
    claim: "A token's user id has at most 128 characters",
    ask: (account) =>
      every(
        () => takes(account.makeToken({ userId: 'x'.repeat(128) })),
        () => isInvalid(account.makeToken({ userId: 'x'.repeat(129) })),
      ),
  },
];

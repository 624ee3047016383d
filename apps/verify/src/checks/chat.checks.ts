import { CreateChatTokenCommand, DeleteRoomCommand, GetRoomCommand } from '@aws-sdk/client-ivschat';
import type { Account } from '../account.js';
import type { Check } from '../check.js';
import { describe, every, isInvalid, isNotFound, refusalOf, takes } from '../refusal.js';
import { verdict } from '../verdict.js';
import { isIn } from './stage.checks.js';

const MS_PER_MINUTE = 60_000;
const SESSION_MINUTES = 60;
// RFC 7230's token: what a WebSocket subprotocol may be made of.
const SUBPROTOCOL = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

async function token(account: Account, more: object = {}) {
  const { arn: roomIdentifier } = await account.makeRoom();
  return account.chat.send(new CreateChatTokenCommand({ roomIdentifier, userId: 'verify', ...more }));
}

async function goneRoom(account: Account): Promise<string> {
  const { arn } = await account.makeRoom();
  await account.belongings.remove(arn);
  return arn;
}

/** IVS Chat's rooms and tokens. */
export const CHAT_CHECKS: readonly Check[] = [
  {
    name: 'chat.errors',
    claim: 'IVS Chat words an exception in message, and names what is missing by resourceType',
    ask: async (account) => {
      const identifier = await goneRoom(account);
      const refusal = await refusalOf(account.chat.send(new GetRoomCommand({ identifier })));
      if (!refusal) return verdict(false, 'a deleted room is still there');
      const isThere = refusal.message !== '' && refusal.message !== 'UnknownError' && refusal.resourceType === 'ROOM';
      return verdict(isThere, `${describe(refusal)} (resourceType ${refusal.resourceType})`);
    },
  },
  {
    name: 'chat.room.delete',
    claim: 'DeleteRoom is a 204, and of a room that was deleted a 404 ResourceNotFoundException',
    ask: async (account) => {
      const { arn: identifier } = await account.makeRoom();
      const { $metadata } = await account.chat.send(new DeleteRoomCommand({ identifier }));
      if ($metadata.httpStatusCode !== 204) return verdict(false, `${$metadata.httpStatusCode}`);
      return isNotFound(account.chat.send(new DeleteRoomCommand({ identifier })));
    },
  },
  {
    name: 'chat.room.defaults',
    claim: 'A room takes 10 messages a second of 500 characters unless it is told otherwise',
    ask: async (account) => {
      const { maximumMessageLength, maximumMessageRatePerSecond, createTime } = await account.makeRoom();
      const isDefault = maximumMessageLength === 500 && maximumMessageRatePerSecond === 10;
      return verdict(isDefault && createTime instanceof Date, { maximumMessageLength, maximumMessageRatePerSecond });
    },
  },
  {
    name: 'chat.room.limits',
    claim: 'A room has a name of at most 128 letters, digits, - and _, and messages of at most 500 characters',
    ask: (account) =>
      every(
        () => takes(account.makeRoom({ name: 'x'.repeat(128) })),
        () => isInvalid(account.makeRoom({ name: 'x'.repeat(129) })),
        () => isInvalid(account.makeRoom({ name: 'with space' })),
        () => isInvalid(account.makeRoom({ maximumMessageLength: 501 })),
      ),
  },
  {
    name: 'chat.token.lifetime',
    claim: 'A chat token can be used for a minute, and the session that it opens lasts an hour',
    ask: async (account) => {
      const { tokenExpirationTime, sessionExpirationTime } = await token(account);
      const isRight =
        isIn(account, tokenExpirationTime, MS_PER_MINUTE) &&
        isIn(account, sessionExpirationTime, SESSION_MINUTES * MS_PER_MINUTE);
      return verdict(isRight, { tokenExpirationTime, sessionExpirationTime, now: account.clock.iso() });
    },
  },
  {
    name: 'chat.token.characters',
    claim: 'A chat token has only characters that a WebSocket subprotocol may have',
    ask: async (account) => {
      const { token: text = '' } = await token(account);
      return verdict(SUBPROTOCOL.test(text), `${text.length} characters`);
    },
  },
  {
    name: 'chat.token.limits',
    claim: 'A chat session lasts 1 to 180 minutes',
    ask: (account) =>
      every(
        () => takes(token(account, { sessionDurationInMinutes: 180 })),
        () => isInvalid(token(account, { sessionDurationInMinutes: 181 })),
      ),
  },
];

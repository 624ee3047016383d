import { ListStagesCommand } from '@aws-sdk/client-ivs-realtime';
import { ListRoomsCommand } from '@aws-sdk/client-ivschat';
import type { Account } from '../account.js';
import type { Check } from '../check.js';
import { isInvalid } from '../refusal.js';
import { Untestable, verdict } from '../verdict.js';

// A list may be a little behind what was just made.
const LOOKS = 10;
const LOOK_PAUSE_MS = 500;
const PAGE = 50;

/** How AWS lists. */
export const PAGE_CHECKS: readonly Check[] = [
  {
    name: 'pages.stages',
    claim:
      'A page of ListStages that is not the last has a token of at most 1,024 characters, which gives other stages',
    ask: async (account) => {
      await account.stageArn();
      await account.makeStage();
      const first = await account.realTime.send(new ListStagesCommand({ maxResults: 1 }));
      const { nextToken = '' } = first;
      const second = await account.realTime.send(new ListStagesCommand({ maxResults: 1, nextToken }));
      const arns = [...(first.stages ?? []), ...(second.stages ?? [])].map(({ arn }) => arn);
      const isGood = /^[a-zA-Z0-9+/=_-]{1,1024}$/.test(nextToken) && arns.length === 2 && arns[0] !== arns[1];
      return verdict(isGood, { nextToken, arns });
    },
  },
  {
    name: 'pages.token',
    claim: 'A token that AWS did not make is a ValidationException',
    ask: (account) => isInvalid(account.realTime.send(new ListStagesCommand({ nextToken: 'bm90LW9uZQ' }))),
  },
  {
    name: 'pages.size',
    claim: 'ListStages takes at most 100 a page, ListRooms at most 50',
    ask: async (account) => {
      const stages = await isInvalid(account.realTime.send(new ListStagesCommand({ maxResults: 101 })));
      if (!stages.isConfirmed) return stages;
      return isInvalid(account.chat.send(new ListRoomsCommand({ maxResults: PAGE + 1 })));
    },
  },
  {
    name: 'pages.rooms',
    claim: 'ListRooms begins with the room that was made last',
    ask: async (account) => {
      const made = [(await account.makeRoom()).arn, (await account.makeRoom()).arn];
      const listed = await awaitListed(account, made);
      return verdict(listed[0] === made[1] && listed[1] === made[0], { made, listed });
    },
  },
];

/** Those of the rooms that the first page has, in its order, once it has all of them. */
async function awaitListed(account: Account, arns: string[]): Promise<(string | undefined)[]> {
  for (let look = 0; look < LOOKS; look += 1) {
    const { rooms = [] } = await account.chat.send(new ListRoomsCommand({ maxResults: PAGE }));
    const found = rooms.map(({ arn }) => arn).filter((arn) => arn !== undefined && arns.includes(arn));
    if (found.length === arns.length) return found;
    await account.clock.sleep(LOOK_PAUSE_MS);
  }
  throw new Untestable(`the first ${PAGE} rooms do not have the ones that were just made`);
}

import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Check } from '../check.js';
import { verdict } from '../verdict.js';

/** EventBridge, as far as asking leaves nothing behind. */
export const EVENT_CHECKS: readonly Check[] = [
  {
    name: 'events.reserved',
    claim: 'PutEvents refuses what claims to come from aws.ivs: a 200 that counts the entry as failed',
    ask: async (account) => {
      const entry = { Source: 'aws.ivs', DetailType: 'IVS Stage Update', Detail: '{}' };
      const { FailedEntryCount, Entries } = await account.eventBridge.send(new PutEventsCommand({ Entries: [entry] }));
      const code = Entries?.[0]?.ErrorCode;
      return verdict(FailedEntryCount === 1 && code === 'NotAuthorizedForSourceException', { FailedEntryCount, code });
    },
  },
];

import { GetStageCommand } from '@aws-sdk/client-ivs-realtime';
import type { Account } from '../account.js';
import type { Check } from '../check.js';
import { verdict } from '../verdict.js';

const MS_PER_MINUTE = 60_000;
const DEFAULT_MINUTES = 720;
// The machine's clock and the way there and back.
const CLOCK_TOLERANCE_MS = 30_000;

const ARN = /^arn:aws:ivs:[a-z0-9-]+:\d{12}:stage\/[a-zA-Z0-9-]+$/;

/** What stages and participant tokens look like. */
export const STAGE_CHECKS: readonly Check[] = [
  {
    name: 'stage.arn',
    claim: 'A stage has an ARN that ends in an id of letters and digits',
    ask: async (account) => {
      const arn = await account.stageArn();
      return verdict(ARN.test(arn), arn);
    },
  },
  {
    name: 'stage.tags',
    claim: 'A stage can be read at once, with the name and the tags that it was made with',
    ask: async (account) => {
      const { stage } = await account.realTime.send(new GetStageCommand({ arn: await account.stageArn() }));
      const isSame =
        stage?.name === account.name && Object.entries(account.tags).every(([k, v]) => stage.tags?.[k] === v);
      return verdict(isSame, { name: stage?.name, tags: stage?.tags });
    },
  },
  {
    name: 'stage.endpoints',
    claim: 'A stage tells its endpoints: events (wss), whip (https), rtmp and rtmps',
    ask: async (account) => {
      const { stage } = await account.realTime.send(new GetStageCommand({ arn: await account.stageArn() }));
      const { events = '', whip = '', rtmp = '', rtmps = '' } = stage?.endpoints ?? {};
      const areThere =
        events.startsWith('wss:') &&
        whip.startsWith('https:') &&
        rtmp.startsWith('rtmp:') &&
        rtmps.startsWith('rtmps:');
      return verdict(areThere, stage?.endpoints ?? {});
    },
  },
  {
    name: 'token.participantId',
    claim: 'Each participant token has a participant id of its own, of at most 64 characters',
    ask: async (account) => {
      const ids = [await account.makeToken(), await account.makeToken()].map(({ participantId = '' }) => participantId);
      return verdict(ids.every((id) => /^[a-zA-Z0-9-_]{1,64}$/.test(id)) && new Set(ids).size === 2, ids);
    },
  },
  {
    name: 'token.defaults',
    claim: 'A participant token without wishes lives 12 hours and may publish and subscribe',
    ask: async (account) => {
      const { capabilities = [], duration, expirationTime } = await account.makeToken();
      const isAll = [...capabilities].sort().join() === 'PUBLISH,SUBSCRIBE';
      const isDue = isIn(account, expirationTime, DEFAULT_MINUTES * MS_PER_MINUTE);
      return verdict(isAll && isDue, { capabilities, duration, expirationTime });
    },
  },
  {
    name: 'token.opaque',
    claim: 'A token made by CreateParticipantToken is shaped like a JWT, and fits a header of 4,096 characters',
    ask: async (account) => {
      const { token = '' } = await account.makeToken();
      return verdict(token.split('.').length === 3 && token.length <= 4_096, `${token.length} characters`);
    },
  },
];

/** Whether the time, which the SDK reads from ISO 8601 only, is that far away. */
export function isIn(account: Account, time: Date | undefined, ms: number): boolean {
  return time instanceof Date && Math.abs(time.getTime() - account.clock.nowMs() - ms) < CLOCK_TOLERANCE_MS;
}

import { DisconnectParticipantCommand, ListParticipantsCommand } from '@aws-sdk/client-ivs-realtime';
import { ASSUMPTIONS, type AssumptionName, type AssumptionValues, assumptionNames } from '#contracts/assumption.schema';
import type { Account } from '../account.js';
import type { Check } from '../check.js';
import { refusalOf } from '../refusal.js';
import { Untestable, verdict } from '../verdict.js';
import { burst } from './burst.js';

type Observation<N extends AssumptionName> = (account: Account) => Promise<AssumptionValues[N]>;

const NEEDS_A_DEVICE = 'it takes a device on a stage';
const NEEDS_A_RECEIVER = 'it takes a public HTTPS address that fails on purpose, and hours';
const OF_THE_SIMULATOR = "the simulator's own: AWS promises no order at all";

/** How to see what AWS does, or why that cannot be seen. Whoever adds an assumption says it here, or this does not compile. */
const OBSERVATIONS: { [N in AssumptionName]: Observation<N> | string } = {
  disconnectOfAbsent: observeDisconnectOfAbsent,
  listOfMissing: observeListOfMissing,
  emptyCapabilitiesMeanAll: observeEmptyCapabilities,
  enforceTps: async (account) => (await burst(account)).throttled > 0,
  realTimeThrottlingStatus: observeThrottlingStatus,
  stageSessionLingerSeconds: NEEDS_A_DEVICE,
  answerTimePrecision: `${NEEDS_A_DEVICE}: only stage sessions, participants and their events carry such times`,
  participantEventOrder: NEEDS_A_DEVICE,
  disconnectKills: `${NEEDS_A_DEVICE}: what a killed token no longer does is join`,
  publishErrorStopsPublishing: NEEDS_A_DEVICE,
  exchangeStopsPublishing: NEEDS_A_DEVICE,
  retryFirstDelaySeconds: NEEDS_A_RECEIVER,
  retryLongestDelaySeconds: NEEDS_A_RECEIVER,
  orderPatienceMs: OF_THE_SIMULATOR,
  reorderHoldSeconds: OF_THE_SIMULATOR,
};

const nameOf = (name: AssumptionName) => `assumption.${name}`;
const claimOf = (name: AssumptionName) => `${name} is ${JSON.stringify(ASSUMPTIONS[name].default)}`;

// In the order in which they are told of above, which leaves the burst to the end.
const ordered = Object.keys(OBSERVATIONS) as AssumptionName[];

export const ASSUMPTION_CHECKS: readonly Check[] = ordered.flatMap((name) => {
  const observe = OBSERVATIONS[name];
  if (typeof observe === 'string') return [];
  const ask = async (account: Account) => {
    const value = await observe(account);
    return verdict(value === ASSUMPTIONS[name].default, `AWS does ${JSON.stringify(value)}`);
  };
  return [{ name: nameOf(name), claim: claimOf(name), ask }];
});

export const UNTESTABLE_ASSUMPTIONS = assumptionNames.flatMap((name) => {
  const why = OBSERVATIONS[name];
  return typeof why === 'string' ? [{ name: nameOf(name), claim: claimOf(name), why }] : [];
});

async function observeDisconnectOfAbsent(account: Account): Promise<AssumptionValues['disconnectOfAbsent']> {
  const stageArn = await account.stageArn();
  const { participantId } = await account.makeToken();
  const refusal = await refusalOf(account.realTime.send(new DisconnectParticipantCommand({ stageArn, participantId })));
  if (!refusal) return 'ok';
  if (refusal.name === 'ResourceNotFoundException') return 'not_found';
  throw new Untestable(`AWS answered ${refusal.name}`);
}

async function observeListOfMissing(account: Account): Promise<AssumptionValues['listOfMissing']> {
  const list = new ListParticipantsCommand({ stageArn: await account.goneStageArn(), sessionId: 'st-aaaaaaaaaaaaa' });
  const refusal = await refusalOf(account.realTime.send(list));
  if (!refusal) return 'empty';
  if (refusal.name === 'ResourceNotFoundException') return 'not_found';
  throw new Untestable(`AWS answered ${refusal.name}`);
}

async function observeEmptyCapabilities(account: Account): Promise<boolean> {
  const { capabilities } = await account.makeToken({ capabilities: [] });
  if (!capabilities) throw new Untestable('the answer tells no capabilities');
  return capabilities.length > 0;
}

async function observeThrottlingStatus(account: Account): Promise<AssumptionValues['realTimeThrottlingStatus']> {
  const { status } = await burst(account);
  if (status === 400 || status === 429) return status;
  throw new Untestable(status === undefined ? 'no call of the burst was throttled' : `AWS throttled with ${status}`);
}

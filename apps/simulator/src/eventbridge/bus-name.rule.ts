import { ACCOUNT_ID } from '../protocol/operation.js';
import { missing } from './eventbridge.errors.js';

/** AWS's own events go to the default bus, and there is no other here. */
export function isDefaultBus(name: string, region: string): boolean {
  return name === 'default' || name === `arn:aws:events:${region}:${ACCOUNT_ID}:event-bus/default`;
}

export function requireDefaultBus(name: string, region: string): void {
  if (!isDefaultBus(name, region)) throw missing(`Event bus ${name}`);
}

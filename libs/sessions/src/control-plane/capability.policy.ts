import type { ChatCapability, StageCapability } from '#contracts';
import { AppError, type Principal } from '#platform';
import { type Action, assertMay, assertMayOn, mayJoin, mayOn } from '../session-access.policy.js';
import type { FoundResource } from './resource.directory.js';
import type { KnownResource } from './resource.repository.js';

/** What one may do at most with a participant token of this stage: to publish takes what joining as guest or host takes. */
export function stageCapabilities(
  caller: Principal,
  known: KnownResource | undefined,
  isInvited = false,
): StageCapability[] {
  if (caller.kind === 'api_key') return ['PUBLISH', 'SUBSCRIBE'];
  if (!known) return [];
  const mayPublish = mayJoin(caller, known.facts, 'host') || mayJoin(caller, known.facts, 'guest', isInvited);
  return mayPublish ? ['PUBLISH', 'SUBSCRIBE'] : ['SUBSCRIBE'];
}

/**
 * What one may do at most with a chat token of this room. In a session's room users only send, moderators too: deleting
 * and disconnecting go through us, so that the audit is whole. A room by itself is its maker's.
 */
export function chatCapabilities(caller: Principal, known: KnownResource | undefined): ChatCapability[] {
  const isTheirs = caller.kind === 'api_key' || (known && !known.session && mayOn(caller, 'room.delete', known.facts));
  return isTheirs ? ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'] : ['SEND_MESSAGE'];
}

/** @throws AppError FORBIDDEN for a capability beyond the allowed ones */
export function assertCapabilities<C extends string>(asked: readonly C[], allowed: readonly C[]): void {
  const beyond = asked.filter((capability) => !allowed.includes(capability));
  if (beyond.length > 0) throw new AppError('FORBIDDEN', `Your role does not have ${beyond.join(', ')} here.`);
}

/**
 * What we neither made nor have in a session is for API keys only; to others it is not there.
 * @throws AppError NOT_FOUND, also for what is private to others; FORBIDDEN
 */
export function assertMayOnResource(
  caller: Principal,
  action: Action,
  found: FoundResource | undefined,
): asserts found is FoundResource {
  assertMay(caller, action);
  if (!found || (!found.known && caller.kind !== 'api_key')) throw new AppError('NOT_FOUND');
  if (found.known) assertMayOn(caller, action, found.known.facts);
}

import type { Event } from 'socket.io';
import { AppError, type Clock, withCorrelation } from '#platform';
import { ackOf, refusal } from './ack.js';
import type { LiveSocket } from './live.socket.js';
import { SOCKET_LIMITS } from './socket.limits.js';
import { TokenBucket } from './token.bucket.js';

/**
 * What every message of a socket passes before anything is done with it: the rate limit, so that a flood costs an answer
 * each and nothing more; an answer for messages that do not exist; and the socket's correlation id for all that follows.
 */
export function messageGate(live: LiveSocket, names: ReadonlySet<string>, clock: Clock) {
  // Real time: a limit protects machines, whatever the show's clock does.
  const bucket = new TokenBucket(
    SOCKET_LIMITS.messageBurst,
    SOCKET_LIMITS.messagesPerSecond,
    () => clock.nowMs() / clock.scale,
  );
  return ([name, ...args]: Event, next: (error?: Error) => void): void => {
    // Answers to a flood pile up here if the client does not read them.
    if (live.cutOffIfTooFarBehind()) return;
    if (!bucket.take()) ackOf(args)(refusal(new AppError('RATE_LIMITED')));
    else if (!names.has(name)) ackOf(args)(refusal(new AppError('NOT_FOUND', 'There is no such message.')));
    else withCorrelation(live.correlationId, next);
  };
}

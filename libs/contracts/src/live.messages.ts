import { z } from 'zod';
import { ERROR_CODES, type ErrorCode } from './errors.js';
import { LiveEvent } from './live.events.js';
import {
  type LiveClientEvents,
  type LiveServerEvents,
  RenewToken,
  SubscribeTopic,
  TokenTaken,
  UnsubscribeTopic,
} from './live.sockets.js';
import { Timestamp } from './session.schema.js';
import { LobbySnapshot, SessionSnapshot } from './snapshot.schema.js';

/** The schemas of what goes over /live, for `/asyncapi.json`; TypeScript's view of the same is in live.sockets.ts. */
export const SubscribedTopic = z.union([
  z.object({ epoch: z.string(), seq: z.int(), events: z.array(LiveEvent) }),
  z.object({
    epoch: z.string(),
    seq: z.int(),
    snapshot: z.union([SessionSnapshot, LobbySnapshot]),
    reason: z.enum(['epoch', 'retention', 'too_many']).optional(),
  }),
]);

export const SocketError = z.object({
  code: z.enum(Object.keys(ERROR_CODES) as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
});

/** What a client sends, and what `data` of a good acknowledgement holds. */
export const liveClientMessages = {
  'topic.subscribe': { payload: SubscribeTopic, answer: SubscribedTopic, summary: 'Follow a topic, from a number on' },
  'topic.unsubscribe': { payload: UnsubscribeTopic, answer: z.object({}), summary: 'Follow it no longer' },
  'token.renew': {
    payload: RenewToken,
    answer: z.object({ expiresAt: Timestamp }),
    summary: 'Go on with a newer token of the same user',
  },
} satisfies Record<keyof LiveClientEvents, { payload: z.ZodType; answer: z.ZodType; summary: string }>;

/** What the server sends, and what a client acknowledges it with where an answer is asked for. */
export const liveServerMessages = {
  event: { payload: LiveEvent, summary: 'One numbered event of a topic' },
  audience: {
    payload: z.object({ topic: z.string(), watching: z.int() }),
    summary: 'How many users watch; volatile and unnumbered',
  },
  'server.draining': { payload: z.null(), summary: 'The server goes away: connect again. Carries nothing.' },
  'token.expiring': { payload: z.object({ expiresAt: Timestamp }), summary: '60 s before the token expires' },
  'token.exchange': {
    payload: z.object({ participantToken: z.string() }),
    answer: TokenTaken,
    summary: 'The role of one of your participants has changed: exchange its token on the stage, then acknowledge',
  },
  'socket.closed': { payload: SocketError, summary: 'Why the server disconnects this socket now' },
} satisfies Record<keyof LiveServerEvents, { payload: z.ZodType; answer?: z.ZodType; summary: string }>;

import { z } from 'zod';
import type { ErrorCode } from './errors.js';
import type { LiveEvent } from './live.events.js';
import type { LobbySnapshot, SessionSnapshot } from './snapshot.schema.js';

/** `session/<id>` or `lobby`; on /admin also `moderation/<id>`. */
export const Topic = z.string().min(1).max(200);

export const SubscribeTopic = z.object({
  topic: Topic,
  epoch: z.string().max(200).optional(),
  /** The last number that the client has; absent: a snapshot. */
  after: z.int().nonnegative().optional(),
  /** The time of the event with that number: if the log holds another under it, the epoch is foreign. */
  at: z.string().max(64).optional(),
});
export type SubscribeTopic = z.infer<typeof SubscribeTopic>;

export const UnsubscribeTopic = z.object({ topic: Topic });
export type UnsubscribeTopic = z.infer<typeof UnsubscribeTopic>;

export const RenewToken = z.object({ token: z.string().min(1).max(8_192) });
export type RenewToken = z.infer<typeof RenewToken>;

/** Why a client that gave a number gets a snapshot. */
export type SnapshotReason = 'epoch' | 'retention' | 'too_many';
export type TopicSnapshot = SessionSnapshot | LobbySnapshot;
export type Subscribed =
  | { epoch: string; seq: number; events: LiveEvent[] }
  | { epoch: string; seq: number; snapshot: TopicSnapshot; reason?: SnapshotReason };

export type Ack<T> = { ok: true; data: T } | { ok: false; error: { code: ErrorCode; message: string } };

/** What a client may send on /live; each is answered by an acknowledgement. */
export interface LiveClientEvents {
  'topic.subscribe': (request: SubscribeTopic, ack: (answer: Ack<Subscribed>) => void) => void;
  'topic.unsubscribe': (request: UnsubscribeTopic, ack: (answer: Ack<Record<string, never>>) => void) => void;
  'token.renew': (request: RenewToken, ack: (answer: Ack<{ expiresAt: string }>) => void) => void;
}

/** A client's answer to `token.exchange`: whether it goes on with the token. One that is not for its device it declines. */
export const TokenTaken = z.object({ ok: z.boolean() });
export type TokenTaken = z.infer<typeof TokenTaken>;

/** What the server sends on /live. */
export interface LiveServerEvents {
  event: (event: LiveEvent) => void;
  /** Volatile and unnumbered. */
  audience: (audience: { topic: string; watching: number }) => void;
  'server.draining': () => void;
  /** 60 s before the socket's token expires. */
  'token.expiring': (expiry: { expiresAt: string }) => void;
  /** Another token for one of the user's participants, whose role has changed: the client exchanges it, then answers. */
  'token.exchange': (exchange: { participantToken: string }, ack: (answer: TokenTaken) => void) => void;
  /** Why the server disconnects this socket now: its token has expired or was revoked. Nothing follows. */
  'socket.closed': (error: { code: ErrorCode; message: string }) => void;
}

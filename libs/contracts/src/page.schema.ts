import { z } from 'zod';
import { LiveEvent } from './live.events.js';
import { InboxItem, Work } from './operation.schema.js';
import { Participant } from './participant.schema.js';
import { Session } from './session.schema.js';

/** Absent on the last page. */
const nextCursor = z.string().optional();

export const SessionPage = z.object({ sessions: z.array(Session), nextCursor });
export type SessionPage = z.infer<typeof SessionPage>;

export const ParticipantPage = z.object({ participants: z.array(Participant), nextCursor });
export type ParticipantPage = z.infer<typeof ParticipantPage>;

export const WorkPage = z.object({ items: z.array(Work), nextCursor });
export type WorkPage = z.infer<typeof WorkPage>;

export const InboxPage = z.object({ items: z.array(InboxItem), nextCursor });
export type InboxPage = z.infer<typeof InboxPage>;

/** A part of a session's log. Empty: there is nothing newer. */
export const LiveEvents = z.object({ epoch: z.string(), events: z.array(LiveEvent) });

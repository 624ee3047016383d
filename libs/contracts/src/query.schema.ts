import { z } from 'zod';
import { SessionStatus } from './session.schema.js';

const PAGE_LIMIT = 100;
const PAGE_DEFAULT = 50;

/** What every list takes: the cursor of the page before, and how many. */
const page = {
  cursor: z.string().min(1).max(512).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_LIMIT).default(PAGE_DEFAULT),
};

/** An identifier in a path. What cannot be one of ours is not found. */
export const PathId = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/);

/** GET /v1/sessions, newest first. */
export const ListSessions = z.strictObject({ status: SessionStatus.optional(), ...page });
export type ListSessions = z.infer<typeof ListSessions>;

/** GET /v1/sessions/{id}/participants, by participant id. */
export const ListParticipants = z.strictObject(page);
export type ListParticipants = z.infer<typeof ListParticipants>;

/** GET /v1/sessions/{id}/events: what came after this number, oldest first, at most 1,000. */
export const ReadEvents = z.strictObject({
  after: z.coerce.number().int().nonnegative().default(0),
  epoch: z.string().min(1).max(200).optional(),
});
export type ReadEvents = z.infer<typeof ReadEvents>;

/** GET /v1/work, newest first. */
export const ListWork = z.strictObject({ state: z.enum(['due', 'done', 'failed']).default('failed'), ...page });
export type ListWork = z.infer<typeof ListWork>;

/** GET /v1/inbox, newest first. */
export const ListInbox = z.strictObject({
  state: z.enum(['pending', 'applied', 'parked']).default('parked'),
  ...page,
});
export type ListInbox = z.infer<typeof ListInbox>;

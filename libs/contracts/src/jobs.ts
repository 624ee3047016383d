import type { z } from 'zod';
import { moderationJobs } from './moderation.jobs.js';
import { sessionEventJobs, sessionLifecycleJobs } from './session.jobs.js';
import { upkeepJobs } from './upkeep.jobs.js';

/** Every queue and the jobs that it carries. A worker's processor must handle each job of its queue or it does not compile. */
export const queues = {
  events: sessionEventJobs,
  moderation: moderationJobs,
  lifecycle: sessionLifecycleJobs,
  upkeep: upkeepJobs,
} as const;

export type QueueName = keyof typeof queues;
export type JobContracts = Record<string, z.ZodType>;
type AllJobs = (typeof queues)[QueueName];
type UnionToIntersection<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
type Jobs = UnionToIntersection<AllJobs>;

export type JobName = keyof Jobs & string;
export type JobData<N extends JobName> = Jobs[N] extends z.ZodType ? z.infer<Jobs[N]> : never;

/** Jobs that wake a row of the work table: the kinds that the table may hold. */
export type WorkKind = { [N in JobName]: JobData<N> extends { workId: string } ? N : never }[JobName];

/** What a processor of one queue must provide: one handler a job, no more and no fewer. */
export type JobHandlers<C extends JobContracts> = { [N in keyof C]: (data: z.infer<C[N]>) => Promise<void> };

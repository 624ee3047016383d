import { z } from 'zod';

/** A job that only wakes a row of the work table; the row holds what is to be done, so that no queue can lose it. */
export const WorkJob = z.object({ workId: z.string(), correlationId: z.string().optional() });
export type WorkJob = z.infer<typeof WorkJob>;

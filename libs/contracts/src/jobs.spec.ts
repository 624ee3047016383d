import { type JobData, type JobHandlers, type JobName, queues, type WorkKind } from './jobs.js';
import type { sessionLifecycleJobs } from './session.jobs.js';

/** Most of this is checked by the compiler: each `@ts-expect-error` fails the type check once the line compiles. */
const nothing = async () => {};

describe('the job contracts', () => {
  it('do not compile with a job that has no handler', () => {
    // @ts-expect-error stage.observe is missing
    const handlers: JobHandlers<typeof sessionLifecycleJobs> = { 'session.teardown': nothing };
    expect(Object.keys(handlers)).not.toContain('stage.observe');
  });

  it('do not compile with a handler for a job that is not there', () => {
    const handlers: JobHandlers<typeof sessionLifecycleJobs> = {
      'session.teardown': nothing,
      'stage.observe': nothing,
      // @ts-expect-error no such job
      'session.forget': nothing,
    };
    expect(Object.keys(queues.lifecycle)).not.toContain(Object.keys(handlers).at(-1));
  });

  it('do not compile with data of another job', () => {
    const data: JobData<'session.drain'> = { sessionId: 'a' };
    // @ts-expect-error a drain is about a session, not about a row of work
    const wrong: JobData<'session.drain'> = { workId: 'a' };
    expect(queues.events['session.drain'].safeParse(data).success).toBe(true);
    expect(queues.events['session.drain'].safeParse(wrong).success).toBe(false);
  });

  it('let only jobs that wake a row be kinds of work', () => {
    const kind: WorkKind = 'session.teardown';
    // @ts-expect-error a drain has no row of work: its rows are the inbox's
    const wrong: WorkKind = 'session.drain';
    expect([kind, wrong]).toHaveLength(2);
  });

  it('name every job once, by noun and imperative, without what BullMQ refuses', () => {
    const names = Object.values(queues).flatMap((jobs) => Object.keys(jobs) as JobName[]);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]+(\.[a-z]+)+$/);
  });
});

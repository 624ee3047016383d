import type { Queue, Worker } from 'bullmq';
import type { Logger } from 'pino';
import { type JobContracts, type JobData, type JobHandlers, type JobName, type QueueName, queues } from '#contracts';
import { inLane } from '../aws/governor/lane.js';
import { correlationId, withCorrelation } from '../logging/logger.js';
import { cleanText } from '../text.js';
import { JOB_POLICIES } from './job.policy.js';
import type { QueueBackend } from './queue-backend.js';

interface EnqueueOptions {
  /** While a job with this id waits, another is not added; while it runs, one more is kept for afterwards. */
  dedupeId?: string;
  delayMs?: number;
}

/** The one way into and out of the queues. Jobs only wake rows up, so that losing the whole queue loses nothing. */
export class JobQueues {
  private readonly queues = new Map<QueueName, Queue>();
  private readonly workers: Worker[] = [];

  constructor(
    private readonly backend: QueueBackend,
    private readonly logger: Logger,
  ) {}

  /** @throws when the backend does not take the job */
  async enqueue<N extends JobName>(name: N, data: JobData<N>, options: EnqueueOptions = {}): Promise<void> {
    const policy = JOB_POLICIES[name];
    await this.queueOf(queueNameOf(name)).add(
      name,
      { correlationId: correlationId(), ...data },
      {
        attempts: policy.attempts,
        backoff: { type: 'exponential', delay: policy.backoffMs },
        ...(options.delayMs ? { delay: options.delayMs } : {}),
        ...(options.dedupeId ? { deduplication: { id: options.dedupeId, keepLastIfActive: true } } : {}),
      },
    );
  }

  /** `enqueue` for work that a row already holds: when the queue is away the dispatcher wakes the row later. */
  wake<N extends JobName>(name: N, data: JobData<N>, options: EnqueueOptions = {}): Promise<void> {
    return this.enqueue(name, data, options).catch((error: unknown) => {
      this.logger.warn({ err: error, job: name }, 'a job could not be enqueued; the dispatcher will wake its row');
    });
  }

  /** Starts working on a queue: `handlers` must name every job of it. */
  consume<Q extends QueueName>(queue: Q, handlers: JobHandlers<(typeof queues)[Q]>, concurrency: number): void {
    const contracts: JobContracts = queues[queue];
    const byName = handlers as Record<string, (data: unknown) => Promise<void>>;
    const worker = this.backend.worker(
      queue,
      async (job) => {
        const handler = byName[job.name];
        const contract = contracts[job.name];
        if (!handler || !contract) throw new Error(`no handler for job ${job.name}: a newer version enqueued it`);
        const data = contract.parse(job.data) as { correlationId?: string };
        await withCorrelation(data.correlationId ?? job.name, () =>
          inLane(JOB_POLICIES[job.name as JobName].lane, () => handler(data)),
        ).catch((error: unknown) => {
          this.logger.error({ err: error, job: job.name, data }, 'a job failed');
          throw storable(error);
        });
      },
      concurrency,
    );
    worker.on('error', (error) => this.logger.warn({ err: error, queue }, 'a queue worker has an error'));
    this.workers.push(worker);
  }

  /** How many jobs of a queue nobody has begun yet. */
  waiting(queue: QueueName): Promise<number> {
    return this.queueOf(queue).getWaitingCount();
  }

  ping(): Promise<void> {
    return this.backend.ping();
  }

  /** Running jobs finish; no new ones are taken. */
  async drain(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.close()));
  }

  async close(): Promise<void> {
    await this.drain();
    await Promise.all([...this.queues.values()].map((queue) => queue.close()));
    await this.backend.close();
  }

  private queueOf(name: QueueName): Queue {
    let queue = this.queues.get(name);
    if (!queue) {
      queue = this.backend.queue(name);
      queue.on('error', (error) => this.logger.warn({ err: error, queue: name }, 'a queue has an error'));
      this.queues.set(name, queue);
    }
    return queue;
  }
}

const QUEUE_OF_JOB = new Map(
  Object.entries(queues).flatMap(([queue, jobs]) => Object.keys(jobs).map((job) => [job, queue as QueueName])),
);

function queueNameOf(name: JobName): QueueName {
  const queue = QUEUE_OF_JOB.get(name);
  if (!queue) throw new Error(`no queue carries ${name}`);
  return queue;
}

/** A NUL in an error's text would break the job on Postgres and have it run again as stalled. */
function storable(error: unknown): Error {
  return error instanceof Error
    ? Object.assign(error, { message: cleanText(error.message) })
    : new Error(cleanText(String(error)));
}

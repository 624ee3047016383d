import { Inject, Injectable } from '@nestjs/common';
import type { Health } from '#contracts';
import { AppError, Bus, Database, JobQueues, LOGGER, type Logger } from '#platform';

// Orchestrators ask with a limit of a second or more; a hanging connection counts as none.
const CHECK_MS = 1_000;

/** Whether this process can serve requests now: also whether what happens reaches others at once, which is the bus's part. */
@Injectable()
export class HealthService {
  constructor(
    private readonly database: Database,
    private readonly jobs: JobQueues,
    private readonly bus: Bus,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws AppError UNAVAILABLE that names what is missing */
  async readiness(): Promise<Health> {
    const checks = { database: this.database.ping(), queues: this.jobs.ping(), bus: this.bus.ping() };
    const results = await Promise.all(Object.entries(checks).map(([name, check]) => this.check(name, check)));
    const missing = results.filter((name) => name !== undefined);
    if (missing.length === 0) return { status: 'ok' };
    throw new AppError('UNAVAILABLE', `Not reachable: ${missing.join(', ')}.`, { retryAfterSeconds: 1 });
  }

  /** @returns the name when the check failed */
  private async check(name: string, check: Promise<void>): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${CHECK_MS} ms`)), CHECK_MS);
    });
    try {
      await Promise.race([check, limit]);
      return undefined;
    } catch (error) {
      this.logger.warn({ err: error, check: name }, 'a readiness check failed');
      return name;
    } finally {
      clearTimeout(timer);
    }
  }
}

import { Inject, Injectable } from '@nestjs/common';
import type { Quotas } from '#contracts';
import { AppError, Governor, LOGGER, type Logger, type Principal } from '#platform';
import { assertMay } from '#sessions';

/** What AWS's quotas have left, for operators. */
@Injectable()
export class QuotaService {
  constructor(
    private readonly governor: Governor,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws AppError FORBIDDEN; UNAVAILABLE while the shared budget cannot be reached */
  async list(caller: Principal): Promise<Quotas> {
    assertMay(caller, 'quota.see');
    try {
      const reports = await this.governor.report();
      return { quotas: reports.map(({ waits, waitedMs, ...quota }) => quota) };
    } catch (error) {
      this.logger.warn({ err: error }, 'the quotas could not be read');
      throw new AppError('UNAVAILABLE', 'The budget of AWS calls cannot be reached.', {
        cause: error,
        retryAfterSeconds: 1,
      });
    }
  }
}

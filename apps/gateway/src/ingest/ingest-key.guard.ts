import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { ApiKeys, AppError, Config } from '#platform';
import { RateLimits } from '../http/rate-limits.js';
import type { FastifyRequest } from '../http/request.js';

/** EventBridge sends a secret header and nothing else: API destinations are not signed. */
@Injectable()
export class IngestKeyGuard implements CanActivate {
  private readonly keys: ApiKeys;

  constructor(
    config: Config,
    private readonly limits: RateLimits,
  ) {
    this.keys = new ApiKeys(config.env.STAGEDOOR_INGEST_KEY ?? []);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const given = request.headers['x-stagedoor-key'];
    if (typeof given === 'string' && this.keys.includes(given)) return true;
    await this.limits.countFailure(request.ip);
    throw new AppError('UNAUTHENTICATED', 'The header `x-stagedoor-key` does not hold the ingest key.');
  }
}

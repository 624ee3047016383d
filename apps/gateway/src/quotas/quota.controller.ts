import { Controller, Get } from '@nestjs/common';
import { Quotas } from '#contracts';
import type { Principal } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Caller } from '../http/caller.decorator.js';
import { QuotaService } from './quota.service.js';

@Controller('v1/quotas')
export class QuotaController {
  constructor(private readonly quotas: QuotaService) {}

  @Get()
  @Route({
    summary: "AWS's quotas by operation: what is used, who waits, and for how long",
    description: 'Of all processes together. `rate` is less than `limit` for a while after AWS has throttled.',
    answer: Quotas,
    errors: ['FORBIDDEN'],
  })
  listQuotas(@Caller() caller: Principal) {
    return this.quotas.list(caller);
  }
}

import { Controller, Get, Header } from '@nestjs/common';
import { Health, PrometheusText } from '#contracts';
import { Metrics } from '#platform';
import { Route } from '../api-docs/route.decorator.js';
import { Public } from '../http/public.decorator.js';
import { HealthService } from './health.service.js';

@Controller()
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthService,
    private readonly metrics: Metrics,
  ) {}

  @Get('healthz')
  @Route({ summary: 'The process runs', answer: Health, example: { status: 'ok' }, security: 'none' })
  getHealth(): Health {
    return { status: 'ok' };
  }

  @Get('readyz')
  @Route({
    summary: 'Requests can be served: database and queues answer',
    answer: Health,
    example: { status: 'ok' },
    errors: ['UNAVAILABLE'],
    security: 'none',
  })
  getReadiness() {
    return this.health.readiness();
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Route({ summary: 'Metrics for Prometheus', answer: PrometheusText, contentType: 'text/plain', security: 'none' })
  getMetrics() {
    return this.metrics.registry.metrics();
  }
}

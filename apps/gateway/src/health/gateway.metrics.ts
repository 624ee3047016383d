import { Inject, Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { Gauge, Histogram } from 'prom-client';
import { LOGGER, type Logger, Metrics } from '#platform';
import { InboxRepository } from '#sessions';
import { SocketRegistry } from '../live/socket.registry.js';

// From a cached read to a call that waited for AWS's quota; seconds.
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How long requests take, who is connected, and what waits for an operator. */
@Injectable()
export class GatewayMetrics {
  private readonly durations: Histogram<'method' | 'route' | 'status'>;

  constructor(metrics: Metrics, inbox: InboxRepository, sockets: SocketRegistry, @Inject(LOGGER) logger: Logger) {
    const registers = [metrics.registry];
    this.durations = new Histogram({
      name: 'stagedoor_http_request_duration_seconds',
      help: 'Time from the request to its answer; unknown paths count as one route',
      labelNames: ['method', 'route', 'status'],
      buckets: BUCKETS,
      registers,
    });
    new Gauge({
      name: 'stagedoor_sockets',
      help: 'Connected sockets',
      registers,
      collect() {
        this.set(sockets.size);
      },
    });
    new Gauge({
      name: 'stagedoor_inbox_parked',
      help: 'Events that were taken and change nothing, by reason',
      labelNames: ['reason'],
      registers,
      async collect() {
        this.reset();
        try {
          for (const { reason, count } of await inbox.countParked()) this.set({ reason }, count);
        } catch (error) {
          // The other metrics matter most when the database is away.
          logger.warn({ err: error }, 'the parked events could not be counted');
        }
      },
    });
  }

  watch(fastify: FastifyInstance): void {
    fastify.addHook('onResponse', (request, reply, done) => {
      const route = request.routeOptions.url ?? 'unknown';
      const status = String(reply.statusCode);
      this.durations.observe({ method: request.method, route, status }, reply.elapsedTime / 1000);
      done();
    });
  }
}

import { Inject, Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { type BudgetReport, Governor, LOGGER, type Logger, Metrics } from '#platform';
import { WaitHistogram } from './wait.histogram.js';

// All metrics of one scrape show the same moment and cost one look.
const SAME_SCRAPE_MS = 500;
const LABELS = ['service', 'operation', 'region'] as const;

const labelsOf = ({ service, operation, region }: BudgetReport) => ({ service, operation, region });

/** The shared budget of AWS calls, all processes' together: the worker has no metrics page of its own. */
@Injectable()
export class QuotaMetrics {
  private last: Promise<BudgetReport[]> = Promise.resolve([]);
  private readAtMs = Number.NEGATIVE_INFINITY;

  constructor(
    metrics: Metrics,
    private readonly governor: Governor,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const { registry } = metrics;
    this.counter(metrics, 'stagedoor_aws_calls_total', 'Permits given for calls to AWS', ({ permits }) => permits);
    this.counter(metrics, 'stagedoor_aws_throttles_total', 'Calls that AWS throttled', ({ throttles }) => throttles);
    this.gauge(metrics, 'stagedoor_aws_quota', 'Calls a second that AWS grants', ({ limit }) => limit);
    this.gauge(metrics, 'stagedoor_aws_rate', 'Calls a second that are made at most now', ({ rate }) => rate);
    this.queues(metrics);
    registry.registerMetric(
      new WaitHistogram(() => this.reports(), {
        name: 'stagedoor_aws_wait_seconds',
        help: 'How long calls to AWS waited for their permits',
      }),
    );
  }

  private counter({ registry }: Metrics, name: string, help: string, of: (report: BudgetReport) => number): void {
    const reports = () => this.reports();
    new Counter({
      name,
      help,
      labelNames: LABELS,
      registers: [registry],
      async collect() {
        const found = await reports();
        this.reset();
        for (const report of found) this.inc(labelsOf(report), of(report));
      },
    });
  }

  private gauge({ registry }: Metrics, name: string, help: string, of: (report: BudgetReport) => number): void {
    const reports = () => this.reports();
    new Gauge({
      name,
      help,
      labelNames: LABELS,
      registers: [registry],
      async collect() {
        const found = await reports();
        this.reset();
        for (const report of found) this.set(labelsOf(report), of(report));
      },
    });
  }

  private queues({ registry }: Metrics): void {
    const reports = () => this.reports();
    new Gauge({
      name: 'stagedoor_aws_queue',
      help: 'Calls to AWS that wait for their permits, by lane',
      labelNames: [...LABELS, 'lane'] as const,
      registers: [registry],
      async collect() {
        const found = await reports();
        this.reset();
        for (const report of found) {
          for (const [lane, count] of Object.entries(report.queue)) this.set({ ...labelsOf(report), lane }, count);
        }
      },
    });
  }

  /** Only what was called: the table of quotas is for `GET /v1/quotas`. */
  private reports(): Promise<BudgetReport[]> {
    if (performance.now() - this.readAtMs > SAME_SCRAPE_MS) {
      this.readAtMs = performance.now();
      this.last = this.governor.report().then(
        (reports) => reports.filter(({ permits, drainSeconds }) => permits > 0 || drainSeconds > 0),
        (error: unknown) => {
          // The other metrics matter most when the store is away.
          this.logger.warn({ err: error }, 'the quotas could not be read');
          return [];
        },
      );
    }
    return this.last;
  }
}

import { Histogram, type MetricObjectWithValues, type MetricValueWithName } from 'prom-client';
import { type BudgetReport, WAIT_BUCKETS } from '#platform';

type Labels = 'service' | 'operation' | 'region';

/** A histogram that was counted elsewhere: by all processes, in the shared budget. */
export class WaitHistogram extends Histogram<Labels> {
  constructor(
    private readonly reports: () => Promise<BudgetReport[]>,
    private readonly metric: { name: string; help: string },
  ) {
    // In no registry yet: a Histogram registers itself before its subclass is ready.
    super({ ...metric, labelNames: ['service', 'operation', 'region'], buckets: [...WAIT_BUCKETS], registers: [] });
  }

  override async get(): Promise<MetricObjectWithValues<MetricValueWithName<Labels>>> {
    const values = (await this.reports()).flatMap((report) => this.valuesOf(report));
    return { ...this.metric, type: 'histogram' as never, aggregator: 'sum', values, collect: () => {} };
  }

  /** What a registry asks a Histogram for, in place of `get`. */
  getForPromString(): Promise<MetricObjectWithValues<MetricValueWithName<Labels>>> {
    return this.get();
  }

  private valuesOf({ service, operation, region, waits, waitedMs }: BudgetReport): MetricValueWithName<Labels>[] {
    const labels = { service, operation, region };
    const { name } = this.metric;
    let count = 0;
    const buckets = waits.map((more, index) => {
      count += more;
      const le = WAIT_BUCKETS[index] ?? '+Inf';
      return { metricName: `${name}_bucket`, labels: { ...labels, le } as never, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: waitedMs / 1_000 },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

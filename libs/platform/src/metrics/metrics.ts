import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * One registry a process (not prom-client's global one, which a second app in the same process would trip over). Every
 * metric of ours begins with `stagedoor_`; whoever has something to count makes its metric with `registers: [registry]`.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    // Brings event loop delay, heap, handles and CPU under prom-client's own names.
    collectDefaultMetrics({ register: this.registry });
  }
}

import { z } from 'zod';

/** GET /healthz, /readyz. */
export const Health = z.object({ status: z.literal('ok') });
export type Health = z.infer<typeof Health>;

/** GET /metrics: Prometheus' text format 0.0.4. */
export const PrometheusText = z.string();

import type { Assumptions } from '../assumptions/assumptions.js';

const MS_PER_SECOND = 1_000;

/** How IVS Real-Time writes times in its answers. */
export function stamp(assumptions: Assumptions): (ms: number) => string {
  const isWhole = assumptions.get('answerTimePrecision') === 'seconds';
  return (ms) => {
    if (!isWhole) return new Date(ms).toISOString();
    return new Date(Math.floor(ms / MS_PER_SECOND) * MS_PER_SECOND).toISOString().replace('.000Z', 'Z');
  };
}

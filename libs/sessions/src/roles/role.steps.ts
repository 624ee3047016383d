import type { WorkRow, WorkStep } from '#platform';

/** What an operation `participant.role` shows. An offer that nobody takes leaves the last two pending. */
export const ROLE_STEPS = ['role.recorded', 'token.acknowledged', 'token.exchanged'] as const;
/** Added when a participant does not keep to its role. */
export const FORCED_STEP = 'participant.disconnect';

/** Marks the named steps as done, once. @returns whether anything changed */
export function markSteps(row: WorkRow, names: readonly string[], at: string): boolean {
  let hasChanged = false;
  for (const name of names) {
    const known = row.steps.find((step) => step.name === name);
    const step: WorkStep = known ?? { name, status: 'pending' };
    if (!known) row.steps.push(step);
    if (step.status === 'done') continue;
    Object.assign(step, { status: 'done', at });
    hasChanged = true;
  }
  return hasChanged;
}

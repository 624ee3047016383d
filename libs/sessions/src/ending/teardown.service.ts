import type { StageClient } from '#ivs';
import { AppError, type Clock, type WorkOutcome, type WorkRow, type WorkStep, type WorkTable } from '#platform';
import type { SessionRepository } from '../sessions/session.repository.js';

/** The steps of an ending, in their order; an operation shows them by these names. */
export const TEARDOWN_STEPS = ['stage.delete', 'stage.verify'] as const;
type TeardownStep = (typeof TEARDOWN_STEPS)[number];

/**
 * Removes from AWS what an ended session had. Tokens are refused since the ending was committed; deleting the stage
 * disconnects everyone in one call. Each step may run again: "not there" is success, 409 and busy are tried again by the
 * row's backoff.
 */
export class TeardownService {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly stages: StageClient,
    private readonly work: WorkTable,
    private readonly clock: Clock,
  ) {}

  async run(row: WorkRow): Promise<WorkOutcome> {
    const session = await this.sessions.find(row.key);
    if (!session) return 'done';
    for (const step of row.steps) {
      if (step.status === 'done') continue;
      await this.perform(step, session.stageArn);
      step.status = 'done';
      step.at = this.clock.iso();
      await this.work.saveSteps(row);
    }
    return 'done';
  }

  private async perform(step: WorkStep, stageArn: string): Promise<void> {
    switch (step.name as TeardownStep) {
      case 'stage.delete':
        return this.stages.delete(stageArn);
      case 'stage.verify':
        if (await this.stages.get(stageArn)) throw new AppError('CONFLICT', 'IVS still knows the stage');
        return;
    }
  }
}

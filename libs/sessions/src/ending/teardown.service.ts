import type { RoomClient } from '#chat';
import type { Session } from '#contracts';
import type { StageClient } from '#ivs';
import { AppError, type Clock, type WorkOutcome, type WorkRow, type WorkStep, type WorkTable } from '#platform';
import type { SessionRepository } from '../sessions/session.repository.js';

const STAGE_STEPS = ['stage.delete', 'stage.verify'] as const;
const ROOM_STEPS = ['room.delete', 'room.verify'] as const;
type TeardownStep = (typeof STAGE_STEPS)[number] | (typeof ROOM_STEPS)[number];

/** The steps of an ending, in their order; an operation shows them by these names. */
export function teardownSteps(session: Session): TeardownStep[] {
  return session.roomArn === undefined ? [...STAGE_STEPS] : [...STAGE_STEPS, ...ROOM_STEPS];
}

/**
 * Removes from AWS what an ended session had. Tokens are refused since the ending was committed; deleting the stage
 * disconnects everyone in one call. Each step may run again: "not there" is success, 409 and busy are tried again by the
 * row's backoff.
 */
export class TeardownService {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly stages: StageClient,
    private readonly rooms: RoomClient,
    private readonly work: WorkTable,
    private readonly clock: Clock,
  ) {}

  async run(row: WorkRow): Promise<WorkOutcome> {
    const session = await this.sessions.find(row.key);
    if (!session) return 'done';
    for (const step of row.steps) {
      if (step.status === 'done') continue;
      await this.perform(step, session);
      step.status = 'done';
      step.at = this.clock.iso();
      await this.work.saveSteps(row);
    }
    return 'done';
  }

  private async perform(step: WorkStep, { stageArn, roomArn }: Session): Promise<void> {
    switch (step.name as TeardownStep) {
      case 'stage.delete':
        await this.stages.delete(stageArn);
        return;
      case 'stage.verify':
        if (await this.stages.get(stageArn)) throw new AppError('CONFLICT', 'IVS still knows the stage');
        return;
      case 'room.delete':
        if (roomArn) await this.rooms.delete(roomArn);
        return;
      case 'room.verify':
        if (roomArn && (await this.rooms.get(roomArn))) throw new AppError('CONFLICT', 'IVS Chat still knows the room');
        return;
    }
  }
}

import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { JobHandlers, moderationJobs } from '#contracts';
import { JobQueues, WorkRunner } from '#platform';
import { DisconnectService, RoleEnforcement } from '#sessions';

// More than AWS takes a second: who waits for a permit must not keep the next one from standing in line.
const CONCURRENCY = 16;

/** What moderators and hosts do to participants. */
@Injectable()
export class ModerationProcessor implements OnApplicationBootstrap {
  readonly handlers: JobHandlers<typeof moderationJobs> = {
    'participant.disconnect': ({ workId }) => this.work.run(workId, (row) => this.disconnects.run(row)),
    'participant.role': ({ workId }) => this.work.run(workId, (row) => this.roles.run(row)),
  };

  constructor(
    private readonly jobs: JobQueues,
    private readonly work: WorkRunner,
    private readonly disconnects: DisconnectService,
    private readonly roles: RoleEnforcement,
  ) {}

  onApplicationBootstrap(): void {
    this.jobs.consume('moderation', this.handlers, CONCURRENCY);
  }
}

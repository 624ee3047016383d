import type { INestApplicationContext } from '@nestjs/common';
import { Epoch } from '#live';
import { InboxRepository, RetentionService } from '#sessions';

/** An operator's command: `npm run stagedoor -- <noun> <verb>`. */
export interface Command {
  name: string;
  does: string;
  run(app: INestApplicationContext): Promise<string>;
}

export const COMMANDS: readonly Command[] = [
  {
    name: 'epoch raise',
    does: 'after a restore: voids the numbers that clients hold, so that each takes a snapshot',
    run: async (app) => `the epoch is now ${await app.get(Epoch).raise()}`,
  },
  {
    name: 'epoch show',
    does: 'which history the numbers of the live log belong to',
    run: async (app) => app.get(Epoch).current(),
  },
  {
    name: 'inbox parked',
    does: 'how many events are parked, by reason',
    run: async (app) => {
      const counts = await app.get(InboxRepository).countParked();
      return counts.length === 0
        ? 'nothing is parked'
        : counts.map(({ reason, count }) => `${count}\t${reason}`).join('\n');
    },
  },
  {
    name: 'retention run',
    does: 'trims log, inbox and finished work now instead of within ten minutes',
    run: async (app) => {
      await app.get(RetentionService).trim();
      return 'trimmed';
    },
  },
];

export function usage(): string {
  const width = Math.max(...COMMANDS.map(({ name }) => name.length));
  return [
    'npm run stagedoor -- <command>',
    '',
    ...COMMANDS.map(({ name, does }) => `  ${name.padEnd(width)}  ${does}`),
  ].join('\n');
}

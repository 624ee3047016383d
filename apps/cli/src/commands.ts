import { Epoch } from '#live';
import { InboxRepository, RetentionService } from '#sessions';
import { apiKeysCommands } from './api-keys.commands.js';
import type { Command } from './command.js';
import { keysCommands } from './keys.commands.js';
import { provision } from './provision.command.js';
import { serviceCommand } from './service.command.js';

/** Every command; adding one is a line here and, when it is long, its file. */
export const commands: Record<string, Command> = {
  provision,
  ...keysCommands,
  ...apiKeysCommands,
  'epoch raise': serviceCommand(
    'after a restore: voids the numbers that clients hold, so that each takes a snapshot',
    async (app) => `the epoch is now ${await app.get(Epoch).raise()}`,
  ),
  'epoch show': serviceCommand('which history the numbers of the live log belong to', (app) =>
    app.get(Epoch).current(),
  ),
  'inbox parked': serviceCommand('how many events are parked, by reason', async (app) => {
    const counts = await app.get(InboxRepository).countParked();
    return counts.map(({ reason, count }) => `${count}\t${reason}`).join('\n') || 'nothing is parked';
  }),
  'retention run': serviceCommand(
    'trims log, inbox and finished work now instead of within ten minutes',
    async (app) => {
      await app.get(RetentionService).trim();
      return 'trimmed';
    },
  ),
};

import type { Command } from './command.js';
import { provision } from './provision.command.js';

/** Every command; adding one is a line here and its file. */
export const commands: Record<string, Command> = { provision };

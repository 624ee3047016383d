import { AppError, ConfigError, loadConfig, readEnvironment } from '#platform';
import { commands } from './commands.js';
import { runningDatabase } from './running-database.js';
import { UsageError } from './usage.error.js';

/** `npm run stagedoor -- <command> [--option=value …]`: what operators do, once each, against what the environment names. */
async function main(given: string[]): Promise<void> {
  // `provision`, or a noun and a verb.
  const words = [2, 1].find((count) => commands[given.slice(0, count).join(' ')]) ?? given.length;
  const name = given.slice(0, words).join(' ');
  const command = commands[name];
  if (!command) throw new UsageError(`There is no command "${name}".`);
  const environment = readEnvironment();
  const defaults = { LOG_LEVEL: 'warn', ...(await runningDatabase(environment)) };
  const isGiven = ([, value]: [string, string | undefined]) => value !== undefined && value !== '';
  const asked = Object.fromEntries(Object.entries(environment).filter(isGiven));
  await command.run(loadConfig('cli', { ...defaults, ...asked }), given.slice(words));
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary, options }]) =>
    [`  ${name}`, `    ${summary}`, ...options.map((option) => `    ${option}`)].join('\n'),
  );
  return `npm run stagedoor -- <command> [options]\n\n${lines.join('\n\n')}`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage()}`);
  else if (error instanceof ConfigError || error instanceof AppError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});

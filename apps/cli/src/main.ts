import { ConfigError, loadConfig, readEnvironment } from '#platform';
import { commands } from './commands.js';
import { UsageError } from './usage.error.js';

/** `npm run stagedoor -- <command> [--option=value …]`: what operators do, once each, against what the environment names. */
async function main([name = '', ...args]: string[]): Promise<void> {
  const command = commands[name];
  if (!command) throw new UsageError(`There is no command "${name}".`);
  await command.run(loadConfig('cli', readEnvironment()), args);
}

function usage(): string {
  const lines = Object.entries(commands).map(([name, { summary, options }]) =>
    [`  ${name}`, `    ${summary}`, ...options.map((option) => `    ${option}`)].join('\n'),
  );
  return `npm run stagedoor -- <command> [options]\n\n${lines.join('\n\n')}`;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof UsageError) console.error(`${error.message}\n\n${usage()}`);
  else if (error instanceof ConfigError) console.error(error.message);
  else console.error(error);
  process.exit(1);
});

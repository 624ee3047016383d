import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { ConfigError, loadConfig, readEnvironment } from '#platform';
import { cliModule } from './cli.module.js';
import { COMMANDS, usage } from './commands.js';
import { runningDatabase } from './running-database.js';

async function main(): Promise<number> {
  const asked = process.argv.slice(2).join(' ');
  const command = COMMANDS.find(({ name }) => name === asked);
  if (!command) {
    console.log(asked === '' || asked === 'help' ? usage() : `There is no command "${asked}".\n\n${usage()}`);
    return asked === '' || asked === 'help' ? 0 : 2;
  }
  const environment = readEnvironment();
  const config = loadConfig('cli', { LOG_LEVEL: 'warn', ...(await runningDatabase(environment)), ...environment });
  const app = await NestFactory.createApplicationContext(cliModule(config), { logger: ['error'], abortOnError: false });
  try {
    console.log(await command.run(app));
    return 0;
  } finally {
    await app.close();
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof ConfigError ? error.message : error);
    process.exit(1);
  },
);

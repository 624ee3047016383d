import 'reflect-metadata';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { Config } from '#platform';
import { cliModule } from './cli.module.js';
import type { Command } from './command.js';
import { UsageError } from './usage.error.js';

/** Runs with the product's own services and prints what `work` returns. */
export async function withServices(
  config: Config,
  work: (app: INestApplicationContext) => Promise<string>,
): Promise<void> {
  const app = await NestFactory.createApplicationContext(cliModule(config), {
    logger: ['error'],
    abortOnError: false,
  });
  try {
    console.log(await work(app));
  } finally {
    await app.close();
  }
}

/** A command without options that works with the product's own services and prints what `work` returns. */
export function serviceCommand(summary: string, work: (app: INestApplicationContext) => Promise<string>): Command {
  return {
    summary,
    options: [],
    async run(config, args) {
      if (args.length > 0) throw new UsageError(`This command takes no options: ${args.join(' ')}`);
      await withServices(config, work);
    },
  };
}

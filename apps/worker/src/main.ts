import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { announceReady, ConfigError, LOGGER, type Logger, loadConfig, onShutdown, readEnvironment } from '#platform';
import { workerModule } from './worker.module.js';

async function main(): Promise<void> {
  const config = loadConfig('worker', readEnvironment());
  const starting = NestFactory.createApplicationContext(workerModule(config), {
    logger: ['error'],
    abortOnError: false,
  });
  onShutdown(async () => (await starting).close());
  const app = await starting;
  app.get<Logger>(LOGGER).info({ queues: config.env.REDIS_URL ? 'redis' : 'postgres' }, 'the worker is ready');
  announceReady();
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
});

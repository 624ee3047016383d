import 'reflect-metadata';
import { announceReady, ConfigError, LOGGER, type Logger, loadConfig, onShutdown, readEnvironment } from '#platform';
import { startGateway } from './gateway.js';

async function main(): Promise<void> {
  const config = loadConfig('gateway', readEnvironment());
  const starting = startGateway(config);
  onShutdown(async () => (await starting).app.close());
  const { app, url } = await starting;
  app.get<Logger>(LOGGER).info({ url }, 'the gateway is ready');
  announceReady(url);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
});

import { SystemClock } from '#platform/clock';
import { loadConfig } from '#platform/config/config';
import { readEnvironment } from '#platform/config/environment';
import { createLogger } from '#platform/logging/logger';
import { announceReady, onShutdown } from '#platform/process/supervised';
import { type Simulator, startSimulator } from './simulator.js';

async function main(): Promise<void> {
  const config = loadConfig('simulator', readEnvironment());
  const { env } = config;
  const logger = createLogger('simulator', env.LOG_LEVEL);
  let running: Simulator | undefined;
  onShutdown(async () => running?.close());
  running = await startSimulator({
    port: env.SIMULATOR_PORT,
    dataDir: env.STAGEDOOR_DATA_DIR,
    ...(env.STAGEDOOR_SIMULATOR_KEY ? { key: env.STAGEDOOR_SIMULATOR_KEY } : {}),
    raisedQuotas: config.raisedQuotas,
    clock: new SystemClock(env.STAGEDOOR_CLOCK_SCALE, env.STAGEDOOR_CLOCK_ORIGIN),
    logger,
  });
  logger.info({ url: running.url, clockScale: env.STAGEDOOR_CLOCK_SCALE }, 'the simulator listens');
  announceReady(running.url);
}

main().catch((error: unknown) => {
  process.stderr.write(`the simulator could not start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});

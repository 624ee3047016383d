import { ConfigError } from '#platform/config/config';
import { readEnvironment } from '#platform/config/environment';
import { NotReadyError } from '#platform/process/child';
import { SAME_SIGNAL_MS } from '#platform/process/supervised';
import { banner } from './banner.js';
import { LaunchError } from './launch.error.js';
import { Stagedoor } from './stagedoor.js';

/** Run by scripts/start.mjs, in the checkout's folder. */
const startedAtMs = performance.now();

function explain(error: unknown): string {
  if (error instanceof LaunchError || error instanceof ConfigError || error instanceof NotReadyError) {
    return error.message;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function main(): Promise<void> {
  const stagedoor = new Stagedoor(readEnvironment(), process.cwd(), (line) => console.log(line));
  let stopping: Promise<void> | undefined;
  let stoppingSinceMs = 0;
  const onSignal = () => {
    if (stopping) {
      if (performance.now() - stoppingSinceMs > SAME_SIGNAL_MS) stagedoor.kill();
      return;
    }
    stoppingSinceMs = performance.now();
    console.log('\nStopping (again to kill) …');
    stopping = stagedoor.stop();
    stopping.then(
      () => {
        console.log(`Stopped. What was in it stays in ${stagedoor.folder.path}.`);
        process.exit(0);
      },
      (error: unknown) => fail(error),
    );
  };
  // A closed terminal must not keep us from stopping everything.
  process.stdout.on('error', () => undefined);
  // SIGHUP: the terminal was closed.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  try {
    const ready = await stagedoor.start();
    const seconds = (performance.now() - startedAtMs) / 1_000;
    console.log(banner(ready, { seconds, database: stagedoor.database, dataFolder: stagedoor.folder.path }));
  } catch (error) {
    // What fails because it is being stopped is no failure.
    if (stopping) return;
    await stagedoor.stop();
    throw error;
  }
}

function fail(error: unknown): never {
  console.error(`\n${explain(error)}`);
  process.exit(1);
}

main().catch(fail);

import { IVSRealTimeClient } from '@aws-sdk/client-ivs-realtime';
import { ConfigError, Ids, loadConfig, readEnvironment, SystemClock } from '#platform';
import { type Plan, planFor, Refusal, USAGE } from './plan.js';
import { describeFinding, exitCodeOf, NOT_RUN, summarize } from './report.js';
import { verify } from './verify.js';

async function main(given: string[]): Promise<number> {
  // We support Node 20 on purpose; the SDK's advice to leave it would be the first thing that people read.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const plan = planFor(given, loadConfig('verify', readEnvironment()));
  await requireCredentials(plan);
  const { region, endpoint, only } = plan;
  console.log(`Asking ${endpoint ? `the simulator at ${endpoint}` : 'AWS'} in ${region}.\n`);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (!stopping.signal.aborted) console.log('Stopping, and deleting what was made …');
      stopping.abort();
    });
  }
  const report = await verify({
    region,
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(only ? { only } : {}),
    clock: new SystemClock(),
    ids: new Ids(),
    signal: stopping.signal,
    onFinding: (finding) => console.log(describeFinding(finding)),
  });
  console.log(`\n${summarize(report)}`);
  return exitCodeOf(report);
}

/** Without credentials each check would say so in turn. */
async function requireCredentials({ region, endpoint }: Plan): Promise<void> {
  if (endpoint !== undefined) return;
  const client = new IVSRealTimeClient({ region });
  try {
    await client.config.credentials();
  } catch (error) {
    throw new Refusal(`There are no AWS credentials: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    client.destroy();
  }
}

// Pauses between calls do not keep a process alive by themselves.
const HOLD_MS = 60_000;
const hold = setInterval(() => undefined, HOLD_MS);

main(process.argv.slice(2))
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      if (error instanceof Refusal) console.error(`${error.message}\n\n${USAGE}`);
      else console.error(error instanceof ConfigError ? error.message : error);
      process.exitCode = NOT_RUN;
    },
  )
  .finally(() => clearInterval(hold));

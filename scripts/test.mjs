// `npm test`: lint, types and every test, exactly what CI runs.
// `npm test -- <jest arguments>`: only those tests, without lint and types.
// Starts what the tests need: an embedded Postgres (TEST_DATABASE_URL: that one instead) and redis-server. Where there
// is none, the Redis half is named as not run; with CI=true it fails.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { Servers } from './servers.mjs';

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const jestArguments = process.argv.slice(2);
const isPart = jestArguments.length > 0;
const isCi = process.env.CI === 'true';
const JEST_WORKERS = 2;
// A crash of the machine may cost the tests' database: everything in it is made anew by every run.
const FAST_AND_LOOSE = ['fsync=off', 'full_page_writes=off', 'max_connections=500'];
const servers = new Servers();
const running = new Set();
let isStopping = false;

/** @returns {Promise<number>} the exit code; 1 for a signal */
function run(command, args, env = {}) {
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  running.add(child);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.once('exit', (code) => {
      running.delete(child);
      resolve(code ?? 1);
    });
  });
}

async function stop() {
  isStopping = true;
  for (const child of running) child.kill('SIGTERM');
  await servers.stop();
}

function noticeNoRedis() {
  const line = '*'.repeat(100);
  console.error(
    `${line}\nNOT RUN: the Redis half of the tests. There is no redis-server; install it to run them.\n${line}`,
  );
}

/** Runs Jest. @returns {{passed: number, failed: number, notRun: string[]}} */
async function jest(databaseUrl, redisUrl) {
  const report = path.join(servers.folder, 'report.json');
  const code = await run(
    process.execPath,
    [
      '--experimental-vm-modules',
      '--no-warnings=ExperimentalWarning',
      'node_modules/jest/bin/jest.js',
      `--maxWorkers=${JEST_WORKERS}`,
      '--json',
      `--outputFile=${report}`,
      ...jestArguments,
    ],
    { TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl ?? '' },
  );
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, testResults } = JSON.parse(
      readFileSync(report, 'utf8'),
    );
    const notRun = testResults.flatMap((file) =>
      file.assertionResults.filter((test) => test.status === 'pending').map((test) => test.fullName),
    );
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    return { passed: numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed, notRun };
  } catch {
    return { passed: 0, failed: 1, notRun: [] };
  }
}

async function main() {
  await build();
  const [databaseUrl, redisUrl] = await Promise.all([servers.startPostgres(FAST_AND_LOOSE), servers.startRedis()]);
  const total = { passed: 0, failed: 0 };
  const count = (passed, failed) => {
    total.passed += passed;
    total.failed += failed;
  };
  if (!redisUrl) {
    noticeNoRedis();
    if (isCi) count(0, 1);
  }
  if (!isPart) {
    for (const check of ['lint', 'typecheck']) {
      const isOk = (await run('npm', ['run', '--silent', check])) === 0;
      console.log(`${check}: ${isOk ? 'passed' : 'FAILED'}`);
      count(isOk ? 1 : 0, isOk ? 0 : 1);
    }
  }
  const { passed, failed, notRun } = await jest(databaseUrl, redisUrl);
  count(passed, failed);
  if (notRun.length > 0) console.error(`\nNOT RUN (${notRun.length}):\n  ${notRun.join('\n  ')}`);
  if (!redisUrl) noticeNoRedis();
  await stop();
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed > 0 ? 1 : 0);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (isStopping) process.exit(130);
    stop().finally(() => process.exit(130));
  });
}
main().catch(async (error) => {
  console.error(error);
  await stop();
  console.log('\n0 passed, 1 failed');
  process.exit(1);
});

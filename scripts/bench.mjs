// `npm run bench -- <name> [arguments]`: one benchmark of bench/, on servers of its own, with durable commits.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { build } from './build.mjs';
import { Servers } from './servers.mjs';

const root = path.resolve(import.meta.dirname, '..');
process.chdir(root);
const [name, ...args] = process.argv.slice(2);
const names = readdirSync('bench')
  .filter((file) => file.endsWith('.bench.ts'))
  .map((file) => file.replace('.bench.ts', ''));
if (!names.includes(name)) {
  console.error(`npm run bench -- <${names.join(' | ')}>`);
  process.exit(2);
}
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
await build();
const servers = new Servers();
const [databaseUrl, redisUrl] = await Promise.all([
  servers.startPostgres(['max_connections=300']),
  servers.startRedis(),
]);
const child = spawn(process.execPath, ['--enable-source-maps', `dist/bench/${name}.bench.js`, ...args], {
  stdio: 'inherit',
  env: { ...process.env, TEST_DATABASE_URL: databaseUrl, TEST_REDIS_URL: redisUrl ?? '' },
});
process.on('SIGINT', () => child.kill('SIGINT'));
child.once('exit', async (code) => {
  await servers.stop();
  process.exit(code ?? 1);
});

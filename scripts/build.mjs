// `npm run build`: the Prisma client, then everything into dist/. Does nothing when dist/ is of these sources already.
//   node scripts/build.mjs [--force]
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const root = path.resolve(import.meta.dirname, '..');
const stampFile = path.join(root, 'dist/.sources');
const generated = path.join(root, 'libs/platform/src/generated');
const lockFolder = path.join(root, 'node_modules/.cache/stagedoor-build.lock');
const BUILT_FOLDERS = ['apps', 'libs', 'bench'];
const SETTINGS = [
  'package-lock.json',
  'package.json',
  'nest-cli.json',
  '.swcrc',
  'tsconfig.json',
  'tsconfig.build.json',
];
// A build takes about 4 s; whoever holds the lock for longer was killed.
const LOCK_STALE_MS = 60_000;
const LOCK_STEP_MS = 200;

function sources() {
  const found = BUILT_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => /\.[jt]sx?$/.test(file) && !file.startsWith(generated) && !file.endsWith('.spec.ts')),
  );
  return [...found.sort(), ...SETTINGS.map((file) => path.join(root, file)), path.join(root, 'prisma/schema.prisma')];
}

const digest = (files) => {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('hex');
};

function readStamp() {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    return {};
  }
}

/** Output of a source that is gone would still be found by imports. */
function removeStale(folder = path.join(root, 'dist')) {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.js(\.map)?$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const source = path.join(root, path.relative(folder, file)).replace(/\.js(\.map)?$/, '');
    if (!['.ts', '.tsx', '.js'].some((extension) => existsSync(source + extension))) rmSync(file);
  }
}

/** dist/ is replaced file by file, never emptied: what runs from it keeps running. */
async function withLock(use) {
  mkdirSync(path.dirname(lockFolder), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lockFolder);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      const age = Date.now() - (statSync(lockFolder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
      if (age > LOCK_STALE_MS) rmSync(lockFolder, { recursive: true, force: true });
      await sleep(LOCK_STEP_MS);
    }
  }
  try {
    return await use();
  } finally {
    rmSync(lockFolder, { recursive: true, force: true });
  }
}

function run(binary, args) {
  const bin = path.join(root, 'node_modules/.bin', binary);
  // The engine's path is looked at by name only; without it Prisma would try to download one.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  try {
    execFileSync(bin, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' });
  } catch (error) {
    throw new Error(`${binary} ${args.join(' ')} failed:\n${error.stdout ?? ''}${error.stderr ?? error.message}`);
  }
}

/** @returns {Promise<boolean>} whether anything had to be built */
export async function build({ force = false } = {}) {
  if (!force && readStamp().sources === digest(sources())) return false;
  return withLock(() => {
    const stamp = readStamp();
    const files = sources();
    const current = { sources: digest(files), schema: digest([files.at(-1), path.join(root, 'package-lock.json')]) };
    if (!force && stamp.sources === current.sources) return false;
    if (force || stamp.schema !== current.schema || !existsSync(generated)) run('prisma', ['generate']);
    run('nest', ['build', 'gateway']);
    removeStale();
    writeFileSync(stampFile, JSON.stringify(current));
    return true;
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const startedAt = Date.now();
  try {
    const isBuilt = await build({ force: process.argv.includes('--force') });
    console.log(isBuilt ? `built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s` : 'dist/ is up to date');
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

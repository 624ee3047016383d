import { execFile } from 'node:child_process';
import { chmod, chown, lstat, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { LaunchError } from '../launch.error.js';
import type { Binaries } from './binaries.js';
import type { Owner } from './owner.js';

/**
 * The database's files, `<data folder>/postgres`. They are made beside it and renamed when complete, so that an initdb
 * that was killed half-way is never taken for a database and a database is never deleted.
 * They stay in the data folder also where Postgres' user cannot walk there (a folder of mode 0700 above): see `dataPath`.
 */
const run = promisify(execFile);
const UNFINISHED = '.new-';
export const DATABASE_USER = 'stagedoor';
// Postgres needs no more; nothing of ours leaks into its environment.
export const POSTGRES_ENV = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * How Postgres is told where its files are. We enter the folder before we become its user, and Linux resolves
 * /proc/self/cwd without walking the folders above, which that user may not be able to enter.
 */
export function dataPath(folder: string, owner: Owner): string {
  return owner.uid !== undefined && process.platform === 'linux' ? '/proc/self/cwd' : folder;
}

/** Makes the database if there is none. @throws LaunchError when what is there is not for this Postgres or this user */
export async function prepareCluster(
  folder: string,
  owner: Owner,
  binaries: Binaries,
  password: string,
): Promise<void> {
  const version = await readFile(path.join(folder, 'PG_VERSION'), 'utf8').catch(codeOf);
  if (version === 'ENOENT') await initialise(folder, owner, binaries, password);
  else if (version === 'EACCES') throw notOurs(folder);
  else if (version.trim() !== binaries.version.split('.')[0]) {
    throw new LaunchError(
      `The database in ${folder} is of Postgres ${version.trim()}, and this is ${binaries.version}. Dump it with its own version, or set STAGEDOOR_DATA_DIR to another folder.`,
    );
  }
  await takeOver(folder, owner);
}

async function initialise(folder: string, owner: Owner, binaries: Binaries, password: string): Promise<void> {
  await removeUnfinished(folder);
  // A name of its own: an initdb that outlived the start that was killed must not write into ours.
  const unfinished = await mkdtemp(`${folder}${UNFINISHED}`);
  // initdb reads the password from a file only, which its user must be able to reach.
  const secretFolder = await mkdtemp(path.join(tmpdir(), 'stagedoor-'));
  const secretFile = path.join(secretFolder, 'password');
  try {
    await writeFile(secretFile, `${password}\n`, { mode: 0o600 });
    if (owner.uid !== undefined && owner.gid !== undefined) {
      for (const file of [unfinished, secretFolder, secretFile]) await chown(file, owner.uid, owner.gid);
    }
    const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--no-instructions'];
    await run(
      path.join(binaries.folder, 'bin/initdb'),
      ['-D', dataPath(unfinished, owner), '-U', DATABASE_USER, `--pwfile=${secretFile}`, ...options],
      { ...owner, cwd: unfinished, env: POSTGRES_ENV },
    );
  } catch (cause) {
    const reason = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    throw new LaunchError(`The embedded Postgres could not make its database in ${folder}:\n${reason}`, { cause });
  } finally {
    await rm(secretFolder, { recursive: true, force: true });
  }
  // An empty folder in the way is no database; a full one fails here and stays.
  await rename(unfinished, folder);
}

async function removeUnfinished(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  await mkdir(parent, { recursive: true, mode: 0o700 });
  for (const name of await readdir(parent)) {
    if (name.startsWith(path.basename(folder) + UNFINISHED)) {
      await rm(path.join(parent, name), { recursive: true, force: true });
    }
  }
}

/** A folder that was copied back belongs to whoever copied it. */
async function takeOver(folder: string, owner: Owner): Promise<void> {
  if (owner.uid === undefined) {
    const { uid } = await lstat(folder);
    if (process.getuid && uid !== process.getuid()) throw notOurs(folder);
  } else {
    await run('chown', ['-R', '-h', `${owner.uid}:${owner.gid}`, folder]);
  }
  if (process.platform !== 'win32') await chmod(folder, 0o700);
}

const notOurs = (folder: string) =>
  new LaunchError(
    `The database in ${folder} belongs to another user (was it started as root before?). Start as that user, or set STAGEDOOR_DATA_DIR to another folder.`,
  );

const codeOf = (error: NodeJS.ErrnoException) => error.code ?? 'UNKNOWN';

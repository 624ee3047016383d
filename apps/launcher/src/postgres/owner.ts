import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { LaunchError } from '../launch.error.js';

const run = promisify(execFile);

/** As whom Postgres runs; empty: as we do. */
export interface Owner {
  uid?: number;
  gid?: number;
}

// Postgres refuses to run as root and initdb wants a user that the system knows. `nobody` exists everywhere, so that
// no user has to be added to somebody's machine.
const CANDIDATES = ['postgres', 'nobody'];

/** @throws LaunchError when we are root and the system has no other user to run a database as */
export async function databaseOwner(): Promise<Owner> {
  if (process.getuid?.() !== 0) return {};
  for (const name of CANDIDATES) {
    const ids = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]).catch(() => undefined);
    if (ids) return { uid: Number(ids[0].stdout), gid: Number(ids[1].stdout) };
  }
  throw new LaunchError(
    'Postgres does not run as root, and there is neither a user "postgres" nor "nobody". Start as a normal user, or set DATABASE_URL.',
  );
}

import { freePort, isPortFree } from '#platform/process/ports';
import { findBinaries } from './binaries.js';
import { prepareCluster } from './cluster.js';
import { stopOrphans } from './orphans.js';
import { databaseOwner } from './owner.js';
import { PostgresServer } from './server.js';

export interface EmbeddedOptions {
  /** Where its files are; made when missing. */
  folder: string;
  password: string;
  logFile: string;
  /** The port of last time; another one is taken when somebody has it now. */
  port?: number | undefined;
  settings?: string[];
  onDeath?: (reason: string) => void;
}

/** A Postgres of our own on that folder, whatever an earlier start left there. @throws LaunchError */
export async function startEmbeddedPostgres(
  options: EmbeddedOptions,
): Promise<{ server: PostgresServer; port: number }> {
  const owner = await databaseOwner();
  const binaries = await findBinaries(owner);
  await stopOrphans(options.folder);
  await prepareCluster(options.folder, owner, binaries, options.password);
  const port = options.port && (await isPortFree(options.port)) ? options.port : await freePort();
  const server = new PostgresServer({ ...options, owner, binaries, port });
  try {
    await server.start();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return { server, port };
}

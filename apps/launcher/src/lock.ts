import { createHash } from 'node:crypto';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LaunchError } from './launch.error.js';

/**
 * One `npm start` a data folder. The lock is a listening socket, which the system takes back however we end; no file
 * with a process id that could be stale. On Linux it has no file at all (the abstract namespace).
 */
export async function lock(folder: string): Promise<Server> {
  const name = `stagedoor-${createHash('sha256')
    .update(await realpath(folder))
    .digest('hex')
    .slice(0, 32)}`;
  const taken = new LaunchError(
    `Stagedoor runs on ${folder} already. Stop it first (Ctrl-C), or set STAGEDOOR_DATA_DIR and the ports to start another one.`,
  );
  if (process.platform === 'linux') return listen(`\0${name}`, taken);
  if (process.platform === 'win32') return listen(`\\\\?\\pipe\\${name}`, taken);
  const file = path.join(tmpdir(), `${name}.sock`);
  if (await answers(file)) throw taken;
  await rm(file, { force: true });
  return listen(file, taken);
}

function listen(address: string, taken: LaunchError): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? taken : error));
    server.listen(address, () => resolve(server.unref()));
  });
}

function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

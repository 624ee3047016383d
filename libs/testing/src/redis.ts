import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '#platform/process/ports';
import { until } from './until.js';

export interface TestRedis {
  url: string;
  /** FLUSHALL: everything in it is gone, the connections stay. */
  flush(): Promise<void>;
  /** Like a crash; `start` brings it back on the same port with what it had written. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis of one's own, for tests that flush or kill it; the others share the one of the run (`redisUrl`). */
export async function startRedis(): Promise<TestRedis> {
  const folder = await mkdtemp(path.join(tmpdir(), 'stagedoor-redis-'));
  const port = await freePort();
  let server: ChildProcess | undefined;
  const kill = async () => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return;
    const exited = new Promise((resolve) => server?.once('exit', resolve));
    server.kill('SIGKILL');
    await exited;
  };
  const start = async () => {
    const settings = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'yes', '--dir', folder];
    server = spawn('redis-server', ['--port', String(port), ...settings], { stdio: 'ignore' });
    await until(() => answers(port, 'PING', '+PONG'), { what: 'redis-server' });
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    flush: async () => {
      if (!(await answers(port, 'FLUSHALL', '+OK'))) throw new Error('redis-server did not flush');
    },
    kill,
    start,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function answers(port: number, command: string, expected: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith(expected));
    });
    socket.once('error', () => resolve(false));
  });
}

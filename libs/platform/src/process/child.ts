import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { isReadyMessage } from './supervised.js';

/** How one of our processes is started; `entry` is relative to `cwd`, so that command lines name the app (`apps/worker/`). */
export interface ChildSpec {
  name: string;
  entry: string;
  cwd: string;
  env: Record<string, string | undefined>;
  onLine: (line: string) => void;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process of ours ended before it said that it serves. */
export class NotReadyError extends Error {
  constructor(
    readonly child: string,
    readonly exit: Exit,
    readonly lastLines: readonly string[],
  ) {
    super(`${child} ended (${exit.signal ?? `exit ${exit.code}`}) before it was ready\n${lastLines.join('\n')}`);
    this.name = 'NotReadyError';
  }
}

// Enough for a stack trace; the rest is in the log file.
const KEPT_LINES = 20;

/** One running process that speaks the contract of `supervised.ts`. */
export class Child {
  readonly pid: number | undefined;
  readonly exited: Promise<Exit>;
  /** Where it listens, once it serves. @throws NotReadyError */
  readonly ready: Promise<string | undefined>;
  private readonly process: ChildProcess;
  private readonly lastLines: string[] = [];

  constructor(private readonly spec: ChildSpec) {
    this.process = spawn(process.execPath, ['--enable-source-maps', spec.entry], {
      cwd: spec.cwd,
      env: spec.env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // Its own group: Ctrl-C in a terminal reaches the supervisor only, which stops things in their order.
      detached: true,
    });
    this.pid = this.process.pid;
    const drained = Promise.all([this.read(this.process.stdout), this.read(this.process.stderr)]);
    this.exited = this.untilExit();
    this.ready = this.untilReady(drained);
    // Whoever never asks for it must not fail by it.
    this.ready.catch(() => undefined);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** SIGTERM, and SIGKILL when it has not gone after `limitMs`. */
  async stop(limitMs: number): Promise<Exit> {
    this.kill('SIGTERM');
    const killer = setTimeout(() => this.kill('SIGKILL'), limitMs);
    const exit = await this.exited;
    clearTimeout(killer);
    return exit;
  }

  private read(stream: NodeJS.ReadableStream | null): Promise<void> {
    if (!stream) return Promise.resolve();
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      this.lastLines.push(line);
      if (this.lastLines.length > KEPT_LINES) this.lastLines.shift();
      this.spec.onLine(line);
    });
    return new Promise((resolve) => lines.once('close', resolve));
  }

  private untilExit(): Promise<Exit> {
    return new Promise((resolve) => {
      this.process.once('error', (error) => {
        this.lastLines.push(error.message);
        resolve({ code: null, signal: null });
      });
      this.process.once('exit', (code, signal) => resolve({ code, signal }));
    });
  }

  private untilReady(drained: Promise<unknown>): Promise<string | undefined> {
    return new Promise((resolve, reject) => {
      this.process.on('message', (message) => {
        if (isReadyMessage(message)) resolve(message.url);
      });
      void this.exited.then(async (exit) => {
        // What it printed last explains why it ended, and may arrive after the exit.
        await drained;
        reject(new NotReadyError(this.spec.name, exit, this.lastLines));
      });
    });
  }
}

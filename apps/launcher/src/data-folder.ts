import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LaunchError } from './launch.error.js';

/** The folder that holds everything that `npm start` keeps: copy it while nothing runs, and you have a backup. */
export class DataFolder {
  readonly path: string;

  constructor(given: string) {
    this.path = path.resolve(given);
  }

  get logs(): string {
    return path.join(this.path, 'logs');
  }

  file(name: string): string {
    return path.join(this.path, name);
  }

  /** @throws LaunchError when it cannot be made or written to */
  async open(): Promise<void> {
    try {
      await mkdir(this.logs, { recursive: true, mode: 0o700 });
      await this.write('launcher.tmp', {});
      await this.remove('launcher.tmp');
    } catch (cause) {
      throw new LaunchError(
        `The data folder ${this.path} cannot be written to (${(cause as Error).message}). Set STAGEDOOR_DATA_DIR to another one.`,
        { cause },
      );
    }
  }

  /** @returns undefined when there is no such file. @throws LaunchError when it is no JSON */
  async read<T>(name: string): Promise<Partial<T> | undefined> {
    const text = await readFile(this.file(name), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw new LaunchError(`${this.file(name)} cannot be read: ${error.message}`);
    });
    if (text === undefined) return undefined;
    try {
      return JSON.parse(text) as Partial<T>;
    } catch (cause) {
      throw new LaunchError(`${this.file(name)} is no JSON: repair or remove it`, { cause });
    }
  }

  /** For its owner only, and whole or not at all: a kill in the middle leaves the old file. */
  async write(name: string, value: object): Promise<void> {
    const unfinished = this.file(`.${name}.${randomBytes(4).toString('hex')}`);
    await writeFile(unfinished, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600, flush: true });
    await chmod(unfinished, 0o600);
    await rename(unfinished, this.file(name));
  }

  async remove(name: string): Promise<void> {
    await rm(this.file(name), { force: true });
  }
}

import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';

/** A part of the cloud that can be written down and taken up again. */
interface SnapshotPart {
  dump(): unknown;
  load(dump: unknown): void;
}
export type SnapshotParts = Record<string, SnapshotPart>;

// Changes when a dump's shape does; a file of another format is put aside.
const FORMAT = 1;
// Writing takes at most a tenth of the time, however large the cloud has become.
const SHORTEST_PAUSE_MS = 25;
const PAUSE_PER_WRITE = 9;

/**
 * The cloud in one JSON file, replaced in one step, so that a killed simulator comes back with the same stages and rules.
 * Written soon after each change; changes meanwhile are written together.
 */
export class Snapshot {
  private isDirty = false;
  private writing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private nextPauseMs = SHORTEST_PAUSE_MS;

  constructor(
    private readonly file: string,
    private readonly logger: Logger,
    private readonly parts: () => SnapshotParts,
  ) {}

  touch(): void {
    this.isDirty = true;
    if (this.timer || this.writing) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.writing = this.write().finally(() => {
        this.writing = undefined;
        if (this.isDirty) this.touch();
      });
    }, this.nextPauseMs);
    this.timer.unref();
  }

  /**
   * Fills the parts from the file, if there is one.
   * @returns false when it is unusable and was put aside; parts may then be filled in part
   */
  async load(): Promise<boolean> {
    const text = await readFile(this.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return true;
    try {
      const { format, parts } = JSON.parse(text) as { format: number; parts: Record<string, unknown> };
      if (format !== FORMAT) throw new Error(`format ${format} is not ${FORMAT}`);
      for (const [name, part] of Object.entries(this.parts())) if (name in parts) part.load(parts[name]);
      return true;
    } catch (error) {
      const aside = `${this.file}.unreadable`;
      await rename(this.file, aside);
      this.logger.error({ err: error, aside }, 'the snapshot cannot be used; starting with an empty cloud');
      return false;
    }
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    clearTimeout(this.timer);
    if (this.isDirty) await this.write();
  }

  private async write(): Promise<void> {
    const begunMs = performance.now();
    this.isDirty = false;
    const dumps = Object.entries(this.parts()).map(([name, part]) => [name, part.dump()]);
    const text = JSON.stringify({ format: FORMAT, parts: Object.fromEntries(dumps) });
    const draft = `${this.file}.new`;
    try {
      await mkdir(dirname(this.file), { recursive: true });
      // It holds the key of the API connection.
      await writeFile(draft, text, { mode: 0o600 });
      await rename(draft, this.file);
    } catch (error) {
      this.logger.error({ err: error }, 'the snapshot could not be written');
    }
    this.nextPauseMs = Math.max(SHORTEST_PAUSE_MS, (performance.now() - begunMs) * PAUSE_PER_WRITE);
  }
}

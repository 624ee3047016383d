import type { Bus, Database, Sql } from '#platform';

/** Bus channel that says that the epoch was raised. */
export const EPOCH_CHANNEL = 'live/epoch';

// The timeline that WAL is written on now. pg_control_checkpoint() names that of the last checkpoint, which after a
// promotion can lag by minutes, so it comes second; without either right, operators raise the counter after a failover.
const TIMELINES = [
  `substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)`,
  `(SELECT lpad(upper(to_hex(timeline_id)), 8, '0') FROM pg_control_checkpoint())`,
  `'00000000'`,
];
// insufficient_privilege, undefined_function, feature_not_supported: managed databases forbid or lack the functions.
const NOT_FOR_US = new Set(['42501', '42883', '0A000']);

/**
 * Which history the numbers of the log belong to: installation, database timeline, and a counter that an operator raises
 * after a restore. It is read in the very statement that reads or writes numbers, so that it always is the answering
 * server's, whichever connection of the pool served and whatever was failed over in between.
 */
export class Epoch {
  private detected?: Promise<string>;

  constructor(
    private readonly database: Database,
    private readonly bus: Bus,
  ) {}

  /** An SQL expression of type text, without parameters. */
  expression(): Promise<string> {
    this.detected ??= this.detect().catch((error: unknown) => {
      this.detected = undefined;
      throw error;
    });
    return this.detected;
  }

  async current(sql: Sql = this.database): Promise<string> {
    const [row] = await sql.query<{ epoch: string }>(`SELECT ${await this.expression()} AS epoch`);
    if (!row?.epoch) throw new Error('the installation row is missing: run npm run db:migrate');
    return row.epoch;
  }

  /**
   * Voids every number that clients hold: each gets a snapshot. For operators, after a restore.
   * @returns the new epoch
   */
  async raise(): Promise<string> {
    await this.database.query('UPDATE installation SET epoch_counter = epoch_counter + 1');
    this.bus.publish({ channel: EPOCH_CHANNEL, seq: 0 });
    return this.current();
  }

  private async detect(): Promise<string> {
    for (const timeline of TIMELINES) {
      try {
        await this.database.query(`SELECT ${timeline}`);
        return `(SELECT id || '.' || ${timeline} || '.' || epoch_counter FROM installation)`;
      } catch (error) {
        if (!NOT_FOR_US.has((error as { code?: string }).code ?? '')) throw error;
      }
    }
    throw new Error('unreachable: the last way to name a timeline needs no right');
  }
}

import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import type { Logger } from 'pino';
import { PrismaClient } from '../generated/prisma/client.js';
import { surviveLostConnections } from './lost-connections.js';

/** Something that runs SQL: the pool, or one transaction's connection. */
export interface Sql {
  /** @returns the rows; bigint columns come as numbers (ours stay below 2^53) */
  query<Row extends object>(text: string, values?: unknown[]): Promise<Row[]>;
}

// SERIALIZATION_FAILURE and DEADLOCK_DETECTED: Postgres asks for the whole transaction again.
const RETRYABLE = new Set(['40001', '40P01']);
const TRANSACTION_ATTEMPTS = 3;
const INT8_OID = 20;

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8_OID && format !== 'binary' ? Number : pg.types.getTypeParser(oid, format)) as never,
};

/**
 * One pool a process. Whatever appends to the live log, and whatever is hot, runs raw SQL in `transaction`; single
 * reads and writes elsewhere go through `prisma`, on the same pool.
 */
export class Database implements Sql {
  readonly pool: pg.Pool;
  readonly prisma: PrismaClient;

  constructor(
    readonly url: string,
    options: { max: number; applicationName: string },
    logger: Logger,
  ) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: options.max,
      keepAlive: true,
      application_name: options.applicationName,
      types,
    });
    surviveLostConnections(this.pool, (error) => logger.warn({ err: error }, 'a database connection was lost'));
    this.prisma = new PrismaClient({ adapter: new PrismaPg(this.pool) });
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, values)).rows;
  }

  /** READ COMMITTED; run again when Postgres asks for it, so `work` must have no effect outside the database. */
  async transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        const isRetryable = error instanceof pg.DatabaseError && RETRYABLE.has(error.code ?? '');
        if (!isRetryable || attempt === TRANSACTION_ATTEMPTS) throw error;
      }
    }
  }

  private async attempt<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work({ query: async (text, values = []) => (await client.query(text, values)).rows });
      await client.query('COMMIT');
      return result;
    } catch (error) {
      // A connection that cannot roll back is closed rather than handed on in the middle of a transaction.
      await client.query('ROLLBACK').catch((cause: Error) => {
        broken = cause;
      });
      throw error;
    } finally {
      client.release(broken);
    }
  }

  async ping(): Promise<void> {
    await this.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.prisma.$disconnect();
    if (!this.pool.ended) await this.pool.end();
  }
}

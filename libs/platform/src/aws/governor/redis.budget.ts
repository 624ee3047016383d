import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from 'pino';
import type { BudgetState } from './budget.state.js';
import { type BudgetStore, type Change, type KeptBudget, MOST_RACES } from './budget.store.js';

/**
 * KEYS[1]: the installation's hash. ARGV: field, the version that was read ('' only reads), the new state.
 * Answers whether it was written, the value as it is now ("<version> <state>"), and the time.
 */
const SCRIPT = `
local now = redis.call('TIME')
local value = redis.call('HGET', KEYS[1], ARGV[1]) or ''
local version = string.match(value, '^%d+') or '0'
if ARGV[2] ~= version then return {0, value, now[1], now[2]} end
redis.call('HSET', KEYS[1], ARGV[1], (tonumber(version) + 1) .. ' ' .. ARGV[3])
return {1, '', now[1], now[2]}
`;
type Reply = [written: number, value: string, seconds: string, micros: string];

const RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;

/** The budgets in one hash. Written if nobody was faster; who was slower decides anew on what the script answered. */
export class RedisBudget implements BudgetStore {
  private readonly redis: Redis | Cluster;
  private readonly key: string;

  /** @param prefix keeps installations that share a Redis apart */
  constructor(urls: string[], prefix: string, logger: Logger) {
    this.redis = connect(urls);
    this.redis.on('error', (error: Error) => logger.warn({ err: error }, 'the budget has an error on Redis'));
    this.key = `${prefix}:aws-budget`;
  }

  async update<T>(key: string, change: Change<T>): Promise<T> {
    let reply = await this.run(key, '', '');
    for (let race = 1; race <= MOST_RACES; race++) {
      const { version, state: before, nowMs } = parse(reply);
      const { state, result } = change(before, nowMs, 1);
      reply = await this.run(key, version, JSON.stringify(state));
      if (reply[0] === 1) return result;
    }
    throw new Error(`the budget of ${key} could not be changed`);
  }

  async list(): Promise<KeptBudget[]> {
    const [, , ...time] = await this.run('', '', '');
    const nowMs = milliseconds(time);
    const kept = Object.entries(await this.redis.hgetall(this.key)).sort(([a], [b]) => (a < b ? -1 : 1));
    return kept.flatMap(([key, value]) => {
      const { state } = parse([0, value, ...time]);
      return state ? [{ key, state, nowMs }] : [];
    });
  }

  async close(): Promise<void> {
    this.redis.disconnect();
  }

  private run(field: string, version: string, state: string): Promise<Reply> {
    return this.redis.eval(SCRIPT, 1, this.key, field, version, state) as Promise<Reply>;
  }
}

function parse([, value, ...time]: Reply): { version: string; state: BudgetState | undefined; nowMs: number } {
  const space = value.indexOf(' ');
  const nowMs = milliseconds(time);
  if (space < 0) return { version: '0', state: undefined, nowMs };
  return { version: value.slice(0, space), state: JSON.parse(value.slice(space + 1)) as BudgetState, nowMs };
}

const milliseconds = ([seconds, micros]: [string, string]) => Number(seconds) * 1_000 + Number(micros) / 1_000;

function connect(urls: string[]): Redis | Cluster {
  const [first, ...others] = urls;
  if (!first) throw new Error('a Redis URL is needed');
  const options: RedisOptions = {
    connectionName: 'stagedoor-budget',
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(RETRY_MS * attempt, LONGEST_RETRY_MS),
  };
  return others.length === 0 ? new Redis(first, options) : new Cluster(urls, { redisOptions: options });
}

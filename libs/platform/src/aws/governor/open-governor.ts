import type { Logger } from 'pino';
import type { Config } from '../../config/config.js';
import type { Database } from '../../database/database.js';
import type { Ids } from '../../ids.js';
import { redisPrefix } from '../../queues/redis-prefix.js';
import type { BudgetStore } from './budget.store.js';
import { FallbackBudget } from './fallback.budget.js';
import { Governor } from './governor.js';
import { PostgresBudget } from './postgres.budget.js';
import { RedisBudget } from './redis.budget.js';

interface OpenGovernor {
  config: Config;
  database: Database;
  ids: Ids;
  logger: Logger;
  /** Somebody waits for the answers of this process's calls; a job says its lane itself. */
  isInteractive: boolean;
}

/** The budget that this process shares with all others of the installation: on Redis when there is one, else on Postgres. */
export async function openGovernor({ config, database, ids, logger, isInteractive }: OpenGovernor): Promise<Governor> {
  return new Governor(new FallbackBudget(await openBudget(config, database, logger), logger), {
    process: ids.uuid(),
    defaultUrgency: { lane: 'host_and_join', isInteractive },
    scale: config.env.STAGEDOOR_CLOCK_SCALE,
    regions: config.regions,
    raisedQuotas: config.raisedQuotas,
  });
}

async function openBudget(config: Config, database: Database, logger: Logger): Promise<BudgetStore> {
  const { REDIS_URL } = config.env;
  if (!REDIS_URL) return new PostgresBudget(database);
  return new RedisBudget(REDIS_URL, await redisPrefix(database), logger);
}

import { SystemClock } from '#platform/clock';
import type { Config } from '#platform/config/config';
import { ConfigError, loadConfig } from '#platform/config/config';
import type { Environment } from '#platform/config/environment';
import type { DataFolder } from './data-folder.js';
import { type Secrets, secretVariables } from './secrets.js';

/** What `npm start` keeps between starts beside the secrets. */
export interface Kept {
  databasePort: number;
  /** Where scaled time begins; kept so that it never runs backwards. */
  clockOriginMs: number;
}

export const KEPT_FILE = 'launcher.json';

export async function keep(folder: DataFolder, change: Partial<Kept>): Promise<Partial<Kept>> {
  const kept = { ...(await folder.read<Kept>(KEPT_FILE)), ...change };
  await folder.write(KEPT_FILE, kept);
  return kept;
}

/** The environment of every process that is started, but for what is known only later (URLs). */
export async function commonVariables(
  given: Environment,
  config: Config,
  folder: DataFolder,
  secrets: Secrets,
): Promise<Environment> {
  const variables: Environment = {
    ...given,
    ...secretVariables(secrets, given),
    // We support Node 20 on purpose; the SDK's advice would be every process's first line.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    STAGEDOOR_DATA_DIR: folder.path,
    AWS_MODE: given.NODE_ENV === 'production' ? given.AWS_MODE : config.env.AWS_MODE,
  };
  if (config.env.STAGEDOOR_CLOCK_SCALE === 1 || config.env.STAGEDOOR_CLOCK_ORIGIN !== undefined) return variables;
  let { clockOriginMs } = (await folder.read<Kept>(KEPT_FILE)) ?? {};
  if (clockOriginMs === undefined) {
    clockOriginMs = new SystemClock().nowMs();
    await keep(folder, { clockOriginMs });
  }
  return { ...variables, STAGEDOOR_CLOCK_ORIGIN: String(clockOriginMs) };
}

/**
 * What gateway and worker would refuse is told now, together and before anything was started.
 * @throws ConfigError with every problem of every process
 */
export function checkVariables(variables: Environment, later: Environment): void {
  const problems = new Set<string>();
  for (const name of ['gateway', 'worker'] as const) {
    try {
      loadConfig(name, { ...variables, ...later });
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      for (const problem of error.problems) problems.add(problem);
    }
  }
  if (problems.size > 0) throw new ConfigError([...problems].sort());
}

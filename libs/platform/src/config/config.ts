import { z } from 'zod';
import { Env, REQUIRED_IN_PRODUCTION } from './env.schema.js';

/** What the environment asked for and cannot have: every bad variable, one line each. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(`The environment is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** The parsed environment plus what follows from it. Injected; nothing else reads `process.env`. */
export class Config {
  constructor(readonly env: Env) {}

  /** The database, checked by `loadConfig` for the processes that need one. */
  get databaseUrl(): string {
    if (!this.env.DATABASE_URL) throw new ConfigError(['DATABASE_URL: required by this process']);
    return this.env.DATABASE_URL;
  }

  get databaseDirectUrl(): string {
    return this.env.DATABASE_DIRECT_URL ?? this.databaseUrl;
  }

  get regions(): [string, ...string[]] {
    const [first, ...rest] = this.env.STAGEDOOR_REGIONS;
    return first ? [first, ...rest] : [this.env.AWS_REGION];
  }

  /** Calls a second by operation, where AWS has raised the account's quotas; `*` is every operation. */
  get raisedQuotas(): Record<string, number> {
    return Object.fromEntries(
      this.env.AWS_QUOTAS.map((entry) => {
        const [operation = '', callsPerSecond] = entry.split('=');
        return [operation, Number(callsPerSecond)];
      }),
    );
  }

  get isProduction(): boolean {
    return this.env.NODE_ENV === 'production';
  }

  /** The first of a rotating pair; only for keys that `loadConfig` was told to require. */
  firstOf(name: KeyName): string {
    const first = this.env[name]?.[0];
    if (!first) throw new ConfigError([`${name}: required by this process`]);
    return first;
  }
}

type KeyName = 'STAGEDOOR_API_KEY' | 'STAGEDOOR_INGEST_KEY' | 'STAGEDOOR_REVIEW_KEY' | 'STAGEDOOR_JWT_SECRET';

/** Variables without which a process cannot do its work, whatever NODE_ENV says. */
export const REQUIRED_BY = {
  gateway: [
    'DATABASE_URL',
    'STAGEDOOR_API_KEY',
    'STAGEDOOR_INGEST_KEY',
    'STAGEDOOR_REVIEW_KEY',
    'STAGEDOOR_JWT_SECRET',
  ],
  worker: ['DATABASE_URL'],
  simulator: [],
  launcher: [],
  cli: ['DATABASE_URL'],
  verify: [],
} as const satisfies Record<string, readonly (keyof Env)[]>;
export type ProcessName = keyof typeof REQUIRED_BY;

/**
 * Parses the environment for one process.
 * @throws ConfigError with every bad or missing variable at once
 */
export function loadConfig(process: ProcessName, source: Record<string, string | undefined>): Config {
  // An empty value in a .env file means "not set".
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = Env.safeParse(given);
  const problems = parsed.success ? [] : parsed.error.issues.map(describeIssue);
  const isProduction = given.NODE_ENV === 'production';
  const demands = isProduction ? REQUIRED_IN_PRODUCTION[process] : [];
  for (const name of new Set([...REQUIRED_BY[process], ...demands])) {
    if (given[name] === undefined) problems.push(`${name}: required${isProduction ? ' in production' : ''}`);
  }
  if (isProduction && parsed.data && parsed.data.STAGEDOOR_CLOCK_SCALE !== 1) {
    problems.push('STAGEDOOR_CLOCK_SCALE: production runs in real time');
  }
  if (parsed.data?.AUTH_JWKS_URL !== undefined) {
    for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE'] as const) {
      if (parsed.data[name] === undefined) problems.push(`${name}: required with AUTH_JWKS_URL`);
    }
  }
  if (parsed.data?.AWS_MODE === 'simulator' && needsCloud(process) && !parsed.data.AWS_ENDPOINT_URL) {
    problems.push('AWS_ENDPOINT_URL: required with AWS_MODE=simulator');
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems.sort());
  return new Config(parsed.data);
}

const needsCloud = (process: ProcessName) => process === 'gateway' || process === 'worker';

function describeIssue(issue: z.core.$ZodIssue): string {
  return `${issue.path[0]?.toString() ?? 'environment'}: ${issue.message}`;
}

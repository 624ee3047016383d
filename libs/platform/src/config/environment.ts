/** What `loadConfig` is given: the process's environment, where unset means undefined. */
export type Environment = Record<string, string | undefined>;

/**
 * The one read of `process.env`, called once from a `main.ts`. A `.env` file in the working folder fills in what is
 * not set already (an empty variable counts as set, and means "the default").
 */
export function readEnvironment(): Environment {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return process.env;
}

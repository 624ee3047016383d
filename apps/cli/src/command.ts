import type { Config } from '#platform';

/** One command of `npm run stagedoor`. */
export interface Command {
  summary: string;
  /** One line an option, for the usage text. */
  options: string[];
  run(config: Config, args: string[]): Promise<void>;
}

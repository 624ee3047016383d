import { Env, REQUIRED_IN_PRODUCTION } from './env.schema.js';

const HEADING = `# Every variable of Stagedoor, made from libs/platform/src/config/env.schema.ts by scripts/env-example.mjs.
# Copy to .env and uncomment what you change; an empty value means the default. \`npm start\` needs none of them.
`;

/** The text of `.env.example`: one commented-out variable each, with its default. */
export function envExample(): string {
  const demanded = new Set<string>(Object.values(REQUIRED_IN_PRODUCTION).flat());
  const entries = Object.entries(Env.shape).map(([name, schema]) => {
    const isDemanded = demanded.has(name) ? ' (required in production)' : '';
    return `\n# ${schema.description}${isDemanded}\n# ${name}=${defaultOf(schema)}\n`;
  });
  return HEADING + entries.join('');
}

function defaultOf(schema: { safeParse(value: unknown): { success: boolean; data?: unknown } }): string {
  const { data } = schema.safeParse(undefined);
  return Array.isArray(data) ? data.join(',') : data === undefined ? '' : String(data);
}

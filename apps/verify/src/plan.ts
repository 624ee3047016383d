import type { Config } from '#platform';
import { CHECKS, UNTESTABLE } from './checks/checks.js';

/** Why nothing was asked. */
export class Refusal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Refusal';
  }
}

/** What the command line and the environment agree on. */
export interface Plan {
  region: string;
  /** The simulator's address; AWS itself when left out. */
  endpoint?: string;
  only?: string[];
}

export const USAGE = `npm run verify:aws -- --yes [--region=us-west-2] [--only=errors,limits.tags]
npm run verify:aws -- --simulator=http://127.0.0.1:3050 [--only=…]

Asks an AWS account whether what Stagedoor assumes about AWS holds. It makes stages, rooms, a public key and ingest
configurations, tagged stagedoor-verify, and deletes them again. AWS charges nothing for any of its calls; should that
change, a run of its size stays far under a dollar. It uses quotas up for some seconds: not next to a live show.`;

const OPTION = /^--(yes|region|simulator|only)(?:=(.+))?$/;

function readOptions(given: string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const word of given) {
    const [, name, value = ''] = OPTION.exec(word) ?? [];
    if (!name || (name === 'yes') !== (value === '')) throw new Refusal(`"${word}" is not an option.`);
    options.set(name, value);
  }
  return options;
}

const isName = (start: string) => [...CHECKS, ...UNTESTABLE].some(({ name }) => name.startsWith(start));

/** @throws Refusal unless somebody asked for it in so many words */
export function planFor(given: string[], { env }: Config): Plan {
  const options = readOptions(given);
  const only = options
    .get('only')
    ?.split(',')
    .map((name) => name.trim());
  const stranger = only?.find((start) => !isName(start));
  if (stranger !== undefined) throw new Refusal(`--only: no check begins with "${stranger}".`);
  const plan = { region: options.get('region') ?? env.AWS_REGION, ...(only ? { only } : {}) };
  const simulator = options.get('simulator');
  if (simulator !== undefined) {
    if (!URL.canParse(simulator)) throw new Refusal(`--simulator: "${simulator}" is not an address.`);
    return { ...plan, endpoint: simulator };
  }
  if (env.AWS_MODE !== 'aws') {
    throw new Refusal('AWS_MODE is not aws. Set AWS_MODE=aws and give credentials, or name a simulator.');
  }
  if (env.AWS_ENDPOINT_URL) {
    throw new Refusal('AWS_ENDPOINT_URL leads elsewhere than to AWS. Unset it, or name a simulator.');
  }
  if (!options.has('yes')) {
    throw new Refusal(`This asks a real AWS account ${CHECKS.length} things and makes resources in it. Say --yes.`);
  }
  return plan;
}

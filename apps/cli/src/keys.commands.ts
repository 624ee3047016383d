import { parseArgs } from 'node:util';
import { type KeyRecord, KeyService, type ListedKey } from '#ivs';
import type { Config } from '#platform';
import type { Command } from './command.js';
import { withServices } from './service.command.js';
import { UsageError } from './usage.error.js';

const REGION = '--region=REGION    one of STAGEDOOR_REGIONS; default the first';

/** The key pairs that sign participant tokens. `docs/tokens.md` tells when to use which. */
export const keysCommands: Record<string, Command> = {
  'keys create': {
    summary: 'makes a key pair, imports it into IVS and keeps it in the database under STAGEDOOR_MASTER_KEY',
    options: [REGION],
    run: (config, args) => withKeys(config, args, [], async (keys, { region }) => added(await keys.create(region))),
  },
  'keys import': {
    summary: 'imports key pairs that were made elsewhere',
    options: [
      REGION,
      '--file=PEM         to be kept in the database; default STAGEDOOR_PRIVATE_KEY_FILE, which is read at every start',
    ],
    run: (config, args) =>
      withKeys(config, args, ['file'], async (keys, { region, file }) => {
        const imported = await keys.import(region, file);
        return imported.map(added).join('\n') || 'nothing new';
      }),
  },
  'keys list': {
    summary: 'the keys of IVS and ours: which signs, and until when a retired one is needed',
    options: [REGION],
    run: (config, args) =>
      withKeys(config, args, [], async (keys, { region }) => {
        const listed = await keys.list(region);
        return listed.map(line).join('\n') || 'no keys: tokens come from CreateParticipantToken';
      }),
  },
  'keys rotate': {
    summary: 'a new key pair takes over after a minute; the ones before it go when their last token has expired',
    options: [REGION],
    run: (config, args) => withKeys(config, args, [], async (keys, { region }) => added(await keys.rotate(region))),
  },
  'keys delete': {
    summary: 'a key signs nothing more, and goes when its last token has expired',
    options: [REGION, '--arn=ARN          which'],
    run: (config, args) =>
      withKeys(config, args, ['arn'], async (keys, { region, arn }) => {
        if (!arn) throw new UsageError('Give --arn.');
        return `${arn} ${await keys.delete(region, arn)}`;
      }),
  },
};

interface Given {
  region: string;
  file?: string | undefined;
  arn?: string | undefined;
}

function withKeys(
  config: Config,
  args: string[],
  names: ('file' | 'arn')[],
  work: (keys: KeyService, given: Given) => Promise<string>,
): Promise<void> {
  const options = Object.fromEntries(['region', ...names].map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args, options });
  const { region = config.regions[0], file, arn } = values as Partial<Given>;
  if (!config.regions.includes(region)) throw new UsageError(`${region} is not one of ${config.regions.join(', ')}.`);
  return withServices(config, (app) => work(app.get(KeyService), { region, file, arn }));
}

const iso = (ms: number) => new Date(ms).toISOString();
const added = ({ arn, fingerprint, signsFromMs }: KeyRecord) =>
  `${arn}\t${fingerprint}\tsigns from ${iso(signsFromMs)}`;

function line({ arn, state, fingerprint, tokensUntilMs }: ListedKey): string {
  const until = tokensUntilMs === undefined ? [] : [`tokens until ${iso(tokensUntilMs)}`];
  return [arn, state, ...(fingerprint ? [fingerprint] : []), ...until].join('\t');
}

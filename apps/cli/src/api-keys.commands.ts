import { parseArgs } from 'node:util';
import { ApiKeyRepository, type StoredApiKey } from '#platform';
import { API_KEY_SCOPES } from '#sessions';
import type { Command } from './command.js';
import { withServices } from './service.command.js';
import { UsageError } from './usage.error.js';

const NAME_LENGTH = 100;

/** API keys beside STAGEDOOR_API_KEY: several, each with a name and what it may do, and revocable. */
export const apiKeysCommands: Record<string, Command> = {
  'api-keys create': {
    summary: 'a new API key, shown this once',
    options: [
      '--name=NAME        for whom',
      '--scopes=A,B       what it may do: `read`, or actions such as session.create; default everything',
    ],
    async run(config, args) {
      const { values } = parseArgs({ args, options: { name: { type: 'string' }, scopes: { type: 'string' } } });
      const name = values.name?.trim();
      if (!name || name.length > NAME_LENGTH) throw new UsageError(`Give --name, up to ${NAME_LENGTH} characters.`);
      const scopes = scopesOf(values.scopes);
      await withServices(config, async (app) => {
        const { id, key } = await app.get(ApiKeyRepository).create(name, scopes);
        return `${id}\t${key}`;
      });
    },
  },
  'api-keys list': {
    summary: 'the API keys of the database: id, state, scopes, last use and name',
    options: [],
    async run(config, args) {
      parseArgs({ args, options: {} });
      await withServices(config, async (app) => {
        const keys = await app.get(ApiKeyRepository).list();
        return keys.map(line).join('\n') || 'no keys but STAGEDOOR_API_KEY';
      });
    },
  },
  'api-keys revoke': {
    summary: 'an API key works nowhere any more within two seconds, and its sockets are closed',
    options: ['--id=ID            which'],
    async run(config, args) {
      const { id } = parseArgs({ args, options: { id: { type: 'string' } } }).values;
      if (!id) throw new UsageError('Give --id.');
      await withServices(config, async (app) => {
        if (await app.get(ApiKeyRepository).revoke(id)) return `${id} is revoked`;
        throw new UsageError(`There is no key ${id} that could be revoked.`);
      });
    },
  },
};

function scopesOf(text: string | undefined): string[] {
  if (text === undefined) return [];
  const scopes = text.split(',').map((scope) => scope.trim());
  const unknown = scopes.filter((scope) => !API_KEY_SCOPES.includes(scope));
  if (unknown.length === 0) return scopes;
  throw new UsageError(`No such scope: ${unknown.join(', ')}. There are ${API_KEY_SCOPES.join(', ')}.`);
}

function line({ id, name, scopes, lastUsedAt, revokedAt }: StoredApiKey): string {
  const state = revokedAt ? `revoked ${revokedAt.toISOString()}` : 'good';
  const used = lastUsedAt ? `used ${lastUsedAt.toISOString()}` : 'never used';
  return [id, state, scopes.join(',') || 'everything', used, name].join('\t');
}

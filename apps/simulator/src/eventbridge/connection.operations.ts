import type { z } from 'zod';
import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { exists, missing, refused } from './eventbridge.errors.js';
import type { Connection, EventBridgeRepository } from './eventbridge.repository.js';
import * as schema from './eventbridge.schema.js';

export interface EventBridgeParts {
  repository: EventBridgeRepository;
  clock: Clock;
  ids: Ids;
}

// AWS JSON 1.1 has times as seconds since 1970.
export const epochSeconds = (ms: number) => ms / 1_000;

export function connectionOperations(parts: EventBridgeParts): Operations {
  const { repository, clock } = parts;
  const known = (region: string, name: string): Connection => {
    const connection = repository.connections.find(region, name);
    if (!connection) throw missing(`Failed to describe the connection(s). Connection '${name}'`);
    return connection;
  };
  return {
    CreateConnection: operation(schema.CreateConnection, (input, { region }) => createConnection(parts, input, region)),

    DescribeConnection: operation(schema.ConnectionName, ({ Name }, { region }) => describe(known(region, Name))),

    UpdateConnection: operation(schema.UpdateConnection, (input, { region }) => {
      const connection = known(region, input.Name);
      requireApiKey(input.AuthorizationType ?? 'API_KEY');
      refuseInvocationParameters(input.AuthParameters);
      const { ApiKeyName, ApiKeyValue } = input.AuthParameters?.ApiKeyAuthParameters ?? {};
      connection.description = input.Description ?? connection.description;
      connection.apiKeyName = ApiKeyName ?? connection.apiKeyName;
      connection.apiKeyValue = ApiKeyValue ?? connection.apiKeyValue;
      connection.modifiedMs = clock.nowMs();
      return outline(connection);
    }),

    DeleteConnection: operation(schema.ConnectionName, ({ Name }, { region }) => {
      const connection = known(region, Name);
      repository.connections.remove(connection);
      return { ...outline(connection), ConnectionState: 'DELETING' };
    }),
  };
}

function createConnection(
  { repository, clock, ids }: EventBridgeParts,
  input: z.infer<typeof schema.CreateConnection>,
  region: string,
) {
  requireApiKey(input.AuthorizationType);
  refuseInvocationParameters(input.AuthParameters);
  const key = input.AuthParameters.ApiKeyAuthParameters;
  if (!key) throw refused('Parameter AuthParameters.ApiKeyAuthParameters is required for API_KEY.');
  if (repository.connections.find(region, input.Name)) throw exists(`Connection ${input.Name}`);
  const now = clock.nowMs();
  const connection: Connection = {
    seq: repository.nextSeq(),
    region,
    name: input.Name,
    arn: `arn:aws:events:${region}:${ACCOUNT_ID}:connection/${input.Name}/${ids.uuid()}`,
    description: input.Description,
    apiKeyName: key.ApiKeyName,
    apiKeyValue: key.ApiKeyValue,
    createMs: now,
    modifiedMs: now,
  };
  repository.connections.add(connection);
  return outline(connection);
}

function requireApiKey(type: string): void {
  if (type !== 'API_KEY') throw refused(`This cloud authorizes with API_KEY only, not with ${type}.`);
}

function refuseInvocationParameters(parameters: object | undefined): void {
  if (parameters && 'InvocationHttpParameters' in parameters) {
    throw refused('This cloud does not support InvocationHttpParameters.');
  }
}

function outline(connection: Connection) {
  return {
    ConnectionArn: connection.arn,
    ConnectionState: 'AUTHORIZED',
    CreationTime: epochSeconds(connection.createMs),
    LastModifiedTime: epochSeconds(connection.modifiedMs),
    LastAuthorizedTime: epochSeconds(connection.modifiedMs),
  };
}

function describe(connection: Connection) {
  const { name, region, description, apiKeyName } = connection;
  return {
    ...outline(connection),
    Name: name,
    Description: description,
    AuthorizationType: 'API_KEY',
    // The value stays inside, as in AWS.
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: apiKeyName } },
    SecretArn: `arn:aws:secretsmanager:${region}:${ACCOUNT_ID}:secret:events!connection/${name}`,
  };
}

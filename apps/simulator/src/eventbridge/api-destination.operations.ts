import { isIP } from 'node:net';
import type { z } from 'zod';
import { ACCOUNT_ID, type Operations, operation } from '../protocol/operation.js';
import { type EventBridgeParts, epochSeconds } from './connection.operations.js';
import { exists, missing, refused } from './eventbridge.errors.js';
import type { ApiDestination, EventBridgeRepository } from './eventbridge.repository.js';
import * as schema from './eventbridge.schema.js';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
const DEFAULT_RATE_PER_SECOND = 300;

export function apiDestinationOperations(parts: EventBridgeParts): Operations {
  const { repository, clock } = parts;
  const known = (region: string, name: string): ApiDestination => {
    const destination = repository.destinations.find(region, name);
    if (!destination) throw missing(`Failed to describe the api-destination(s). An api-destination '${name}'`);
    return destination;
  };
  return {
    CreateApiDestination: operation(schema.CreateApiDestination, (input, { region }) =>
      createDestination(parts, input, region),
    ),

    DescribeApiDestination: operation(schema.ApiDestinationName, ({ Name }, { region }) => {
      const destination = known(region, Name);
      return describe(repository, destination);
    }),

    UpdateApiDestination: operation(schema.UpdateApiDestination, (input, { region }) => {
      const destination = known(region, input.Name);
      if (input.InvocationEndpoint) requireReachable(input.InvocationEndpoint);
      if (input.ConnectionArn) requireConnection(repository, input.ConnectionArn);
      destination.description = input.Description ?? destination.description;
      destination.connectionArn = input.ConnectionArn ?? destination.connectionArn;
      destination.endpoint = input.InvocationEndpoint ?? destination.endpoint;
      destination.method = input.HttpMethod ?? destination.method;
      destination.ratePerSecond = input.InvocationRateLimitPerSecond ?? destination.ratePerSecond;
      destination.modifiedMs = clock.nowMs();
      return outline(repository, destination);
    }),

    DeleteApiDestination: operation(schema.ApiDestinationName, ({ Name }, { region }) =>
      repository.destinations.remove(known(region, Name)),
    ),
  };
}

function createDestination(
  { repository, clock, ids }: EventBridgeParts,
  input: z.infer<typeof schema.CreateApiDestination>,
  region: string,
) {
  requireReachable(input.InvocationEndpoint);
  requireConnection(repository, input.ConnectionArn);
  if (repository.destinations.find(region, input.Name)) throw exists(`An api-destination ${input.Name}`);
  const now = clock.nowMs();
  const destination: ApiDestination = {
    seq: repository.nextSeq(),
    region,
    name: input.Name,
    arn: `arn:aws:events:${region}:${ACCOUNT_ID}:api-destination/${input.Name}/${ids.uuid()}`,
    description: input.Description,
    connectionArn: input.ConnectionArn,
    endpoint: input.InvocationEndpoint,
    method: input.HttpMethod,
    ratePerSecond: input.InvocationRateLimitPerSecond ?? DEFAULT_RATE_PER_SECOND,
    createMs: now,
    modifiedMs: now,
  };
  repository.destinations.add(destination);
  return outline(repository, destination);
}

/** EventBridge calls HTTPS only; here plain HTTP is as good on the machine itself and between containers (`gateway`). */
function requireReachable(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isAllowed = url?.protocol === 'https:' || (url?.protocol === 'http:' && isNear(url.hostname));
  if (!isAllowed) {
    throw refused(`Parameter InvocationEndpoint is not valid. Reason: ${endpoint} is neither HTTPS nor HTTP nearby.`);
  }
}

const isNear = (host: string) =>
  /^[a-z0-9-]+$/i.test(host) ||
  host.endsWith('.localhost') ||
  host === '[::1]' ||
  (isIP(host) === 4 && host.startsWith('127.'));

function requireConnection(repository: EventBridgeRepository, arn: string): void {
  if (!repository.connections.findByArn(arn)) throw missing(`Connection '${arn}'`);
}

function outline(repository: EventBridgeRepository, destination: ApiDestination) {
  const isActive = repository.connections.findByArn(destination.connectionArn) !== undefined;
  return {
    ApiDestinationArn: destination.arn,
    ApiDestinationState: isActive ? 'ACTIVE' : 'INACTIVE',
    CreationTime: epochSeconds(destination.createMs),
    LastModifiedTime: epochSeconds(destination.modifiedMs),
  };
}

function describe(repository: EventBridgeRepository, destination: ApiDestination) {
  return {
    ...outline(repository, destination),
    Name: destination.name,
    Description: destination.description,
    ConnectionArn: destination.connectionArn,
    InvocationEndpoint: destination.endpoint,
    HttpMethod: destination.method,
    InvocationRateLimitPerSecond: destination.ratePerSecond,
  };
}

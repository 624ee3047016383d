import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  ResourceAlreadyExistsException,
  UpdateApiDestinationCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import type { Config } from '../config/config.js';
import { awsClientOptions, govern } from './aws-clients.js';
import { Governor } from './governor/governor.js';
import { MemoryBudget } from './governor/memory.budget.js';

/**
 * The way of IVS's events to our ingest: a connection (the key in a header), an API destination (our URL) and a rule.
 * Can be run again at any time: what exists is brought up to date, so changed keys and ports are followed.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
 */
export interface IngestRoute {
  /** Where our ingest is reached from AWS. */
  ingestUrl: string;
  ingestKey: string;
  /** The role that EventBridge takes on to call an API destination; AWS refuses a target without one. */
  roleArn: string;
}

/** The simulator looks at the form of a role only. */
export const SIMULATOR_ROLE_ARN = 'arn:aws:iam::123456789012:role/stagedoor-eventbridge';
export const INGEST_KEY_HEADER = 'x-stagedoor-key';
const NAME = 'stagedoor';
const EVENT_PATTERN = { source: ['aws.ivs'] };
// Nobody waits for these: the SDK may ride out a cloud that just started. Its backoff is longer than the quota asks for.
const ATTEMPTS = 5;

/** @throws what AWS answers, when it is not "exists already" */
export async function provisionEventBridge(config: Config, region: string, route: IngestRoute): Promise<void> {
  const client = new EventBridgeClient({ ...awsClientOptions(config, region), maxAttempts: ATTEMPTS });
  govern(client, ownGovernor(config, region), 'eventbridge', region);
  try {
    const connectionArn = await putConnection(client, route.ingestKey);
    const destinationArn = await putApiDestination(client, connectionArn, route.ingestUrl);
    await client.send(
      new PutRuleCommand({ Name: NAME, EventPattern: JSON.stringify(EVENT_PATTERN), State: 'ENABLED' }),
    );
    const target = { Id: NAME, Arn: destinationArn, RoleArn: route.roleArn };
    const { FailedEntries = [] } = await client.send(new PutTargetsCommand({ Rule: NAME, Targets: [target] }));
    const [failed] = FailedEntries;
    if (failed) throw new Error(`EventBridge refused the target: ${failed.ErrorCode} ${failed.ErrorMessage ?? ''}`);
  } finally {
    client.destroy();
  }
}

/** Nothing else of ours calls EventBridge, and this runs before there is a database to share a budget in. */
function ownGovernor(config: Config, region: string): Governor {
  return new Governor(new MemoryBudget(), {
    process: 'provision',
    defaultUrgency: { lane: 'clean_up', isInteractive: false },
    scale: config.env.STAGEDOOR_CLOCK_SCALE,
    regions: [region],
    raisedQuotas: config.raisedQuotas,
  });
}

async function putConnection(client: EventBridgeClient, key: string): Promise<string> {
  const connection = {
    Name: NAME,
    AuthorizationType: 'API_KEY' as const,
    AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: INGEST_KEY_HEADER, ApiKeyValue: key } },
  };
  const { ConnectionArn } = await createOrUpdate(
    () => client.send(new CreateConnectionCommand(connection)),
    () => client.send(new UpdateConnectionCommand(connection)),
  );
  return required(ConnectionArn, 'ConnectionArn');
}

async function putApiDestination(client: EventBridgeClient, connectionArn: string, url: string): Promise<string> {
  const destination = {
    Name: NAME,
    ConnectionArn: connectionArn,
    InvocationEndpoint: url,
    HttpMethod: 'POST' as const,
  };
  const { ApiDestinationArn } = await createOrUpdate(
    () => client.send(new CreateApiDestinationCommand(destination)),
    () => client.send(new UpdateApiDestinationCommand(destination)),
  );
  return required(ApiDestinationArn, 'ApiDestinationArn');
}

async function createOrUpdate<T>(create: () => Promise<T>, update: () => Promise<T>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (error instanceof ResourceAlreadyExistsException) return update();
    throw error;
  }
}

function required(value: string | undefined, name: string): string {
  if (!value) throw new Error(`EventBridge answered without ${name}`);
  return value;
}

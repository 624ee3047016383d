import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { IVSRealTimeClient } from '@aws-sdk/client-ivs-realtime';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import type { Config } from '../config/config.js';
import type { Governor } from './governor/governor.js';
import type { AwsServiceName } from './governor/quota.table.js';

// The simulator checks no signature, but a request without one is refused like AWS refuses it.
const SIMULATOR_CREDENTIALS = { accessKeyId: 'stagedoor', secretAccessKey: 'stagedoor' };
// EventBridge's and IVS's own answers take tens of milliseconds; a hung connection must not hold a request for minutes.
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 8_000 };

/**
 * One SDK client a service and region, made when first asked for; lint refuses to construct them elsewhere. Every call of
 * theirs, each page of a list too, waits for its permit. The SDK's own retries are off: the governor retries what was
 * throttled, our rows the rest.
 */
export class AwsClients {
  private readonly realTimeByRegion = new Map<string, IVSRealTimeClient>();
  private readonly chatByRegion = new Map<string, IvschatClient>();

  constructor(
    private readonly config: Config,
    private readonly governor: Governor,
  ) {}

  realTime(region: string): IVSRealTimeClient {
    let client = this.realTimeByRegion.get(region);
    if (!client) {
      client = new IVSRealTimeClient(awsClientOptions(this.config, region));
      govern(client, this.governor, 'ivs-realtime', region);
      this.realTimeByRegion.set(region, client);
    }
    return client;
  }

  chat(region: string): IvschatClient {
    let client = this.chatByRegion.get(region);
    if (!client) {
      client = new IvschatClient(awsClientOptions(this.config, region));
      govern(client, this.governor, 'ivschat', region);
      this.chatByRegion.set(region, client);
    }
    return client;
  }

  close(): void {
    for (const client of [...this.realTimeByRegion.values(), ...this.chatByRegion.values()]) client.destroy();
  }
}

/** Makes every call of the client wait for its permit: before it is signed, since signatures age. */
export function govern(
  client: IVSRealTimeClient | IvschatClient | EventBridgeClient,
  governor: Governor,
  service: AwsServiceName,
  region: string,
): void {
  // The stacks differ in the types of inputs and outputs only, which pass through.
  const stack = client.middlewareStack as unknown as IVSRealTimeClient['middlewareStack'];
  stack.add(
    (next, context) => (args) => {
      const operation = (context.commandName ?? 'Unknown').replace(/Command$/, '');
      return governor.run({ service, operation, region }, () => next(args));
    },
    { step: 'initialize', name: 'stagedoorBudget' },
  );
}

/** What every SDK client of ours is constructed with. */
export function awsClientOptions(config: Config, region: string) {
  const { AWS_MODE, AWS_ENDPOINT_URL } = config.env;
  return {
    region,
    maxAttempts: 1,
    requestHandler: TIMEOUTS,
    ...(AWS_MODE === 'simulator' ? { endpoint: AWS_ENDPOINT_URL, credentials: SIMULATOR_CREDENTIALS } : {}),
  };
}

import { IVSRealTimeClient } from '@aws-sdk/client-ivs-realtime';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import type { Config } from '../config/config.js';

// The simulator checks no signature, but a request without one is refused like AWS refuses it.
const SIMULATOR_CREDENTIALS = { accessKeyId: 'stagedoor', secretAccessKey: 'stagedoor' };
// EventBridge's and IVS's own answers take tens of milliseconds; a hung connection must not hold a request for minutes.
const TIMEOUTS = { connectionTimeout: 2_000, requestTimeout: 8_000 };

/** One SDK client a service and region, made when first asked for. The SDK's own retries are off: our rows retry. */
export class AwsClients {
  private readonly realTimeByRegion = new Map<string, IVSRealTimeClient>();
  private readonly chatByRegion = new Map<string, IvschatClient>();

  constructor(private readonly config: Config) {}

  realTime(region: string): IVSRealTimeClient {
    let client = this.realTimeByRegion.get(region);
    if (!client) {
      client = new IVSRealTimeClient(awsClientOptions(this.config, region));
      this.realTimeByRegion.set(region, client);
    }
    return client;
  }

  chat(region: string): IvschatClient {
    let client = this.chatByRegion.get(region);
    if (!client) {
      client = new IvschatClient(awsClientOptions(this.config, region));
      this.chatByRegion.set(region, client);
    }
    return client;
  }

  close(): void {
    for (const client of [...this.realTimeByRegion.values(), ...this.chatByRegion.values()]) client.destroy();
  }
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

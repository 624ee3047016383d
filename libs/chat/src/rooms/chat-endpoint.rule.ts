import type { Config } from '#platform';

/** Where a chat client of that region connects: AWS's fixed address, or the simulator's port, which serves every region. */
export function chatEndpoint(config: Config, region: string): string {
  const { AWS_MODE, AWS_ENDPOINT_URL } = config.env;
  if (AWS_MODE !== 'simulator' || AWS_ENDPOINT_URL === undefined) {
    return `wss://edge.ivschat.${region}.amazonaws.com`;
  }
  return AWS_ENDPOINT_URL.replace(/^http/, 'ws').replace(/\/+$/, '');
}

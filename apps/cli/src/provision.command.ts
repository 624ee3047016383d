import { parseArgs } from 'node:util';
import { createLogger } from '#platform';
import { provisionEventBridge, SIMULATOR_ROLE_ARN } from '#platform/aws/eventbridge.provision';
import { provisionKeys } from '#sessions/tokens/provision-keys';
import type { Command } from './command.js';
import { UsageError } from './usage.error.js';

const INGEST_PATH = '/v1/ingest/eventbridge';

/** Brings IVS's events to our ingest, in every region of the allow-list. Can be run again at any time. */
export const provision: Command = {
  summary: "EventBridge's connection, API destination and rule for IVS's events, in every region of STAGEDOOR_REGIONS",
  options: [
    `--ingest-url=URL   where EventBridge reaches the gateway; default PUBLIC_URL + ${INGEST_PATH}`,
    '--role-arn=ARN     the role that EventBridge takes on to call it; needed at AWS',
  ],
  async run(config, args) {
    const { values } = parseArgs({
      args,
      options: { 'ingest-url': { type: 'string' }, 'role-arn': { type: 'string' } },
    });
    const { PUBLIC_URL, AWS_MODE } = config.env;
    const ingestUrl = values['ingest-url'] ?? (PUBLIC_URL && new URL(INGEST_PATH, PUBLIC_URL).href);
    if (!ingestUrl) throw new UsageError('Set PUBLIC_URL, or give --ingest-url.');
    const roleArn = values['role-arn'] ?? (AWS_MODE === 'simulator' ? SIMULATOR_ROLE_ARN : undefined);
    if (!roleArn) throw new UsageError('Give --role-arn.');
    const ingestKey = config.firstOf('STAGEDOOR_INGEST_KEY');
    for (const region of config.regions) {
      await provisionEventBridge(config, region, { ingestUrl, ingestKey, roleArn });
      console.log(`${region}: IVS's events go to ${ingestUrl}`);
    }
    // At AWS a key is an operator's decision: `keys create`.
    if (AWS_MODE === 'simulator') await provisionKeys(config, createLogger('cli', config.env.LOG_LEVEL));
  },
};

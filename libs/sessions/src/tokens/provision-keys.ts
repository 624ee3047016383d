import type { Logger } from 'pino';
import { KeyService } from '#ivs/keys/key.service';
import { PrivateKeys } from '#ivs/keys/private-keys';
import { PublicKeyClient } from '#ivs/keys/public-key.client';
import { PublicKeyRepository } from '#ivs/keys/public-key.repository';
import { AwsClients } from '#platform/aws/aws-clients';
import { openGovernor } from '#platform/aws/governor/open-governor';
import { SystemClock } from '#platform/clock';
import type { Config } from '#platform/config/config';
import { Database } from '#platform/database/database';
import { Ids } from '#platform/ids';
import { WorkTable } from '#platform/work/work-table';
import { Installation } from '../sessions/installation.js';

/**
 * One key pair that signs in every region, where nobody has made one: so that a laptop signs its tokens as production does.
 * Without a master key it does nothing, and tokens come from the API. For who has no services running.
 */
export async function provisionKeys(config: Config, logger: Logger): Promise<void> {
  const { STAGEDOOR_MASTER_KEY, STAGEDOOR_CLOCK_SCALE, STAGEDOOR_CLOCK_ORIGIN } = config.env;
  if (!STAGEDOOR_MASTER_KEY) return;
  const clock = new SystemClock(STAGEDOOR_CLOCK_SCALE, STAGEDOOR_CLOCK_ORIGIN);
  const database = new Database(config.databaseUrl, { max: 1, applicationName: 'stagedoor-provision' }, logger);
  const ids = new Ids();
  const governor = await openGovernor({ config, database, ids, logger, isInteractive: false });
  const aws = new AwsClients(config, governor);
  const installation = new Installation(database);
  const keys = new KeyService(
    database,
    new PublicKeyRepository(database, clock),
    new PublicKeyClient(aws),
    new PrivateKeys(config),
    new WorkTable(database, clock, ids),
    { clock, config, tags: () => installation.ownTags() },
  );
  try {
    for (const region of config.regions) await keys.ensure(region);
  } finally {
    aws.close();
    await governor.close();
    await database.close();
  }
}

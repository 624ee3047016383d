import { DisconnectParticipantCommand } from '@aws-sdk/client-ivs-realtime';
import { AwsClients, createLogger, Database, Ids, inLane, loadConfig } from '#platform';
import { openGovernor } from '#platform/aws/governor/open-governor';

/** What the bench orders of a contender. */
export interface ContenderOrder {
  kind: 'clean_up' | 'moderation';
  count: number;
}
/** When the first and the last of the ordered calls were answered, since the order came. */
export interface ContenderNews {
  kind: 'ready' | 'done';
  lastMs?: number;
}

// A process of its own that shares AWS's quota with the others. Nobody by that id is there: AWS counts the call all the same.
const REGION = 'us-west-2';
const config = loadConfig('worker', process.env);
const logger = createLogger('contender', 'warn');
const database = new Database(config.databaseUrl, { max: 4, applicationName: 'contender' }, logger);
const governor = await openGovernor({ config, database, ids: new Ids(), logger, isInteractive: false });
const aws = new AwsClients(config, governor);
const tell = (news: ContenderNews) => process.send?.(news);

async function disconnect(): Promise<void> {
  const command = new DisconnectParticipantCommand({
    stageArn: `arn:aws:ivs:${REGION}:123456789012:stage/abcdABCDefgh`,
    participantId: 'abcdABCDefgh',
  });
  await aws
    .realTime(REGION)
    .send(command)
    .catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error;
    });
}

process.on('message', async ({ kind, count }: ContenderOrder) => {
  const begunMs = performance.now();
  await Promise.all(Array.from({ length: count }, () => inLane(kind, disconnect)));
  tell({ kind: 'done', lastMs: performance.now() - begunMs });
});
process.on('disconnect', () => process.exit());
// The first call of a process compiles and connects; nobody measures it.
await inLane('moderation', disconnect);
tell({ kind: 'ready' });

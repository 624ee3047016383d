import { Ids, SystemClock } from '#platform';
import { type Simulator, startSimulator } from '../../apps/simulator/src/simulator.js';
import { CHECKS } from '../../apps/verify/src/checks/checks.js';
import { verify } from '../../apps/verify/src/verify.js';
import { DistortingProxy, type Distortion } from './distorting-proxy.js';

/** What AWS would have refused, it takes. */
const pardon: Distortion = (answer) => {
  if (answer.status < 400) return;
  answer.status = 200;
  delete answer.headers['x-amzn-errortype'];
  answer.body = {};
};

/** Check, the operation whose answers are bent, and how. */
const BENT: [name: string, operation: string, distort: Distortion][] = [
  ['stage.arn', 'CreateStage', ({ body }) => Object.assign(body.stage, { arn: 'arn:aws:ivs:us-west-2:1:stage/x' })],
  ['stage.tags', 'GetStage', ({ body }) => Object.assign(body.stage, { tags: {} })],
  ['stage.endpoints', 'GetStage', ({ body }) => delete body.stage.endpoints.whip],
  ['token.participantId', 'CreateParticipantToken', ({ body }) => (body.participantToken.participantId = 'same')],
  ['token.defaults', 'CreateParticipantToken', ({ body }) => (body.participantToken.capabilities = ['SUBSCRIBE'])],
  ['token.defaults', 'CreateParticipantToken', ({ body }) => (body.participantToken.expirationTime = 1_700_000_000)],
  ['token.opaque', 'CreateParticipantToken', ({ body }) => (body.participantToken.token = 'short')],
  ['errors.shape', 'CreateStage', (answer) => (answer.body = { message: answer.body.exceptionMessage })],
  ['errors.shape', 'CreateStage', pardon],
  ['errors.stage.get', 'GetStage', pardon],
  ['errors.stage.get', 'GetStage', (answer) => (answer.status = 400)],
  ['errors.stage.delete', 'DeleteStage', pardon],
  ['errors.stage.token', 'CreateParticipantToken', pardon],
  ['errors.stage.tags', 'tags', pardon],
  ['errors.participant.unknown', 'DisconnectParticipant', pardon],
  ['limits.stage.name', 'CreateStage', pardon],
  ['limits.stage.tokens', 'CreateStage', pardon],
  ['limits.tags.count', 'tags', pardon],
  ['limits.tags.reserved', 'CreateStage', pardon],
  ['limits.tags.value', 'CreateStage', pardon],
  ['limits.token.attributes', 'CreateParticipantToken', pardon],
  ['limits.token.duration', 'CreateParticipantToken', pardon],
  ['limits.token.userId', 'CreateParticipantToken', pardon],
  ['pages.stages', 'ListStages', ({ body }) => delete body.nextToken],
  ['pages.token', 'ListStages', pardon],
  ['pages.size', 'ListRooms', pardon],
  ['pages.rooms', 'ListRooms', ({ body }) => body.rooms.reverse()],
  ['chat.errors', 'GetRoom', ({ body }) => delete body.resourceType],
  ['chat.room.delete', 'DeleteRoom', (answer) => (answer.status = answer.status === 204 ? 200 : answer.status)],
  ['chat.room.delete', 'DeleteRoom', pardon],
  ['chat.room.defaults', 'CreateRoom', ({ body }) => (body.maximumMessageLength = 400)],
  ['chat.room.limits', 'CreateRoom', pardon],
  ['chat.token.lifetime', 'CreateChatToken', ({ body }) => (body.tokenExpirationTime = body.sessionExpirationTime)],
  ['chat.token.lifetime', 'CreateChatToken', ({ body }) => (body.tokenExpirationTime = 1_700_000_000)],
  ['chat.token.characters', 'CreateChatToken', ({ body }) => (body.token = 'not, this')],
  ['chat.token.limits', 'CreateChatToken', pardon],
  ['events.reserved', '', (answer) => (answer.body = { FailedEntryCount: 0, Entries: [{ EventId: 'x' }] })],
  ['keys.life', 'ImportPublicKey', pardon],
  ['keys.life', 'GetPublicKey', pardon],
  ['keys.curve', 'ImportPublicKey', pardon],
  ['ingest.shape', 'CreateIngestConfiguration', ({ body }) => (body.ingestConfiguration.streamKey = 'sk_1')],
  ['ingest.insecure', 'CreateIngestConfiguration', pardon],
  ['ingest.stage.missing', 'UpdateIngestConfiguration', pardon],
  ['ingest.stage.deleted', 'GetIngestConfiguration', ({ body }) => (body.ingestConfiguration.stageArn = 'arn')],
  [
    'ingest.redundant',
    'CreateIngestConfiguration',
    ({ body }) => (body.ingestConfiguration.redundantIngestCredentials = []),
  ],
];

/** A check that could not fail would confirm nothing. */
describe('each check of npm run verify:aws refutes a cloud that does otherwise', () => {
  const clock = new SystemClock();
  let simulator: Simulator;
  let proxy: DistortingProxy;

  beforeAll(async () => {
    simulator = await startSimulator({ clock });
    proxy = await DistortingProxy.start(simulator.url);
  });
  afterAll(async () => {
    await proxy.close();
    await simulator.close();
  });

  it.each(BENT)('%s, when %s answers something else', async (name, operation, distort) => {
    await fetch(`${simulator.url}/_control/reset`, { method: 'POST' });
    proxy.answer(operation, distort);
    const options = { region: 'us-west-2', endpoint: proxy.url, clock, ids: new Ids() };
    const { findings } = await verify({ ...options, only: [name] });
    expect(findings).toEqual([expect.objectContaining({ name, status: 'refuted' })]);
  });

  it('and there is one for each', () => {
    const bent = new Set(BENT.map(([name]) => name));
    const straight = CHECKS.filter(({ name }) => !bent.has(name)).map(({ name }) => name);
    // What AWS does instead is then told by name: test/e2e/verify.spec.ts switches each assumption.
    expect(straight.filter((name) => !name.startsWith('assumption.'))).toEqual([]);
  });
});

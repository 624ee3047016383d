import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { InboxItem, OperationAccepted, Session } from '#contracts';
import { checkLog } from '#ivs';
import { describeProfiles, type LiveClient, type Stack, startStack, until } from '#testing';
import { stageUpdate } from '../chaos/burst.factory.js';
import { cloudOf, createSession, finishedOperation, logOf, snapshotOf, tokenOf } from '../session.harness.js';

const WEEK_US = 7 * 86_400_000_000;
const SOCKETS = 200;
const SUBSCRIBES_EACH = 50;

/** What comes to a whole installation while a show goes on. Each layer's own answers are in test/integration. */
describeProfiles('a show to which everybody sends nonsense', (profile) => {
  let stack: Stack;
  let database: pg.Client;
  const clients: LiveClient[] = [];

  beforeAll(async () => {
    stack = await startStack({ profile, gateways: 2 });
    database = new pg.Client({ connectionString: stack.databaseUrl });
    await database.connect();
  }, 60_000);
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(async () => {
    await database.end();
    await stack.stop();
  });

  const connect = async (userId: string, gateway?: string) => {
    const client = await stack.connect(await tokenOf(stack.api, userId), gateway);
    clients.push(client);
    return client;
  };
  const ingest = (raw: string, headers: Record<string, string> = {}) =>
    stack.api
      .as(undefined)
      .post('/v1/ingest/eventbridge', undefined, { raw, headers: { 'x-stagedoor-key': stack.ingestKey, ...headers } });
  const published = ({ stageArn }: Session, participantId: string, atUs = Date.now() * 1_000) =>
    stageUpdate(stageArn, 'Participant Published', { participantId, atUs });
  const reasonOf = async (id: string) => {
    const { items } = await stack.api.expect<{ items: InboxItem[] }>('GET', '/v1/inbox?state=parked&limit=100');
    return items.find((item) => item.id === id)?.reason;
  };

  it('goes on: what is bad gets a code or is parked with a reason, and what is good among it is applied', async () => {
    const session = await createSession(stack.api);
    const good = ['one', 'two', 'three'].map((name) => published(session, name));
    const foreign = { ...published(session, 'foreign'), source: 'aws.ec2' };
    const unknown = { ...published(session, 'unknown'), 'detail-type': 'IVS Something New' };
    const future = published(session, 'future', Date.now() * 1_000 + WEEK_US);
    const late = published(session, 'late', Date.now() * 1_000 - WEEK_US);
    const stranger = published({ ...session, stageArn: `${session.stageArn}x` }, 'stranger');

    expect((await ingest('{"id":')).body).toEqual({ accepted: 0, duplicates: 0, parked: 1 });
    expect(await ingest(JSON.stringify(good[0]), { 'x-stagedoor-key': 'wrong' })).toMatchObject({ status: 401 });
    const large = JSON.stringify({ ...good[1], padding: 'x'.repeat(300_000) });
    expect(await ingest(large)).toMatchObject({ status: 202, body: { accepted: 1 } });
    expect(await ingest(JSON.stringify({ padding: 'x'.repeat(1_100_000) }))).toMatchObject({ status: 413 });
    const mixed = [good[0], foreign, 7, unknown, future, late, stranger, { id: randomUUID() }, good[2]];
    expect((await ingest(JSON.stringify(mixed))).body).toEqual({ accepted: 3, duplicates: 0, parked: 6 });

    const seen = async () =>
      (await snapshotOf(stack.api, session.id)).participants.map((one) => one.participantId).sort();
    await until(async () => (await seen()).length === 4, { what: 'the good events to be applied' });
    expect(await seen()).toEqual(['late', 'one', 'three', 'two']);
    expect(await reasonOf(foreign.id)).toBe('foreign_source');
    expect(await reasonOf(unknown.id)).toBe('unknown_type');
    expect(await reasonOf(future.id)).toBe('time_in_future');
    expect(await reasonOf(stranger.id)).toBe('unknown_stage');
    expect(checkLog(await logOf(stack.api, session.id))).toEqual([]);
    expect((await stack.api.get('/readyz')).status).toBe(200);
  });

  it('a stage whose events come before its session is stored: the session sees them', async () => {
    // The stage exists, the session's row waits for a lock: for IVS the show may begin.
    await database.query('BEGIN; LOCK TABLE session IN SHARE MODE');
    const creating = createSession(stack.api);
    const known = new Set(
      (await stack.api.expect<{ sessions: Session[] }>('GET', '/v1/sessions')).sessions.map((one) => one.stageArn),
    );
    const newStage = async () => (await cloudOf(stack)).stages.find(({ arn }) => !known.has(arn))?.arn;
    const stageArn = await until(newStage, { what: 'the stage' });
    const event = stageUpdate(stageArn, 'Participant Published', { participantId: 'early', atUs: Date.now() * 1_000 });
    expect((await ingest(JSON.stringify(event))).body).toEqual({ accepted: 0, duplicates: 0, parked: 1 });
    expect(await reasonOf(event.id)).toBe('unknown_stage');
    await database.query('COMMIT');
    const session = await creating;
    expect(session.stageArn).toBe(stageArn);
    const isLive = async () => (await snapshotOf(stack.api, session.id)).session.status === 'live';
    await until(isLive, { what: 'the event that came early' });
    expect((await logOf(stack.api, session.id)).map(({ type }) => type)).toEqual([
      'session.created',
      'session.started',
      'participant.published',
    ]);
    expect(await reasonOf(event.id)).toBeUndefined();
  });

  it('ten thousand subscribes at once: each is answered, and an event still comes to everyone', async () => {
    const session = await createSession(stack.api);
    const topic = `session/${session.id}`;
    const bystander = await connect('bystander', 'gateway-2');
    await bystander.subscribe(topic);
    const sockets = await Promise.all(Array.from({ length: SOCKETS }, (_, index) => connect(`user-${index}`)));
    const storm = Promise.all(
      sockets.flatMap((socket) =>
        Array.from({ length: SUBSCRIBES_EACH }, () => socket.ask('topic.subscribe', { topic })),
      ),
    );
    await ingest(JSON.stringify(published(session, 'in-the-storm')));
    await bystander.event(topic, ({ type }) => type === 'participant.published');
    const answers = await storm;
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    for (const socket of sockets) await socket.subscribe(topic);
    await ingest(JSON.stringify(published(session, 'after-the-storm')));
    const isAfter = ({ data }: { data: object }) =>
      'participant' in data && JSON.stringify(data.participant).includes('after-the-storm');
    await Promise.all(sockets.map((socket) => socket.event(topic, isAfter)));
    expect(bystander.problems).toEqual([]);
  });

  it('many ends at once, on both gateways: one operation, one end in the log, one call to the cloud', async () => {
    const session = await createSession(stack.api);
    const end = (gateway: string) =>
      fetch(`${stack.urlOf(gateway)}/v1/sessions/${session.id}/end`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stack.apiKey}` },
      });
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) => end(index % 2 ? 'gateway' : 'gateway-2')),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(202));
    const bodies = (await Promise.all(answers.map((answer) => answer.json()))) as OperationAccepted[];
    const operations = new Set(bodies.map(({ operationId }) => operationId));
    expect(operations.size).toBe(1);
    expect(await finishedOperation(stack.api, [...operations][0] ?? '')).toMatchObject({ status: 'done' });
    expect((await logOf(stack.api, session.id)).map(({ type }) => type)).toEqual(['session.created', 'session.ended']);
    const { calls } = await stack.cloud.expect<{ calls: object[] }>('GET', '/_control/calls?operation=DeleteStage');
    expect(calls.filter((call) => JSON.stringify(call).includes(session.stageArn))).toHaveLength(1);
  });
});

import { randomUUID } from 'node:crypto';
import { checkLog } from '#ivs';
import { Epoch, LiveLog, LogReader } from '#live';
import { Clock, Database, Ids, JobQueues, openPostgresBackend, PostgresBus, SystemClock, WorkTable } from '#platform';
import {
  DrainService,
  DrainWaker,
  EndService,
  InboxRepository,
  InboxWriter,
  IngestService,
  lobbySnapshotSource,
  RoleWatch,
  SessionRepository,
  StateRepository,
  sessionSnapshotSource,
  sessionTopic,
} from '#sessions';
import { createDatabase, silentLogger, type TestDatabase } from '#testing';

const START = Date.parse('2026-11-20T12:00:00Z');

/** Everything from the inbox to the log on a real database, without processes around it. */
async function openPipeline(url: string) {
  const database = new Database(url, { max: 10, applicationName: 'test' }, silentLogger);
  const clock: Clock = new SystemClock();
  const ids = new Ids();
  const bus = new PostgresBus(url, silentLogger);
  const jobs = new JobQueues(await openPostgresBackend(url, 0, silentLogger), silentLogger);
  const epoch = new Epoch(database, bus);
  const live = new LiveLog(database, epoch, bus, clock);
  const log = new LogReader(database, epoch, [sessionSnapshotSource, lobbySnapshotSource]);
  const inbox = new InboxRepository(database, clock);
  const states = new StateRepository();
  const work = new WorkTable(database, clock, ids);
  const sessions = new SessionRepository(database);
  return {
    database,
    log,
    inbox,
    live,
    sessions,
    ingest: new IngestService(new InboxWriter(inbox, silentLogger), new DrainWaker(jobs), clock, ids),
    drains: new DrainService(live, inbox, states, work, jobs, new RoleWatch(work, clock), silentLogger),
    ends: new EndService(live, states, work, jobs, clock),
    close: async () => {
      await jobs.close();
      await bus.close();
      await database.close();
    },
  };
}

describe('from the inbox to the log', () => {
  let testDatabase: TestDatabase;
  let pipeline: Awaited<ReturnType<typeof openPipeline>>;

  beforeAll(async () => {
    testDatabase = await createDatabase();
    pipeline = await openPipeline(testDatabase.url);
  });
  afterAll(async () => {
    await pipeline.close();
    await testDatabase.drop();
  });

  const newStage = () => `arn:aws:ivs:us-west-2:123456789012:stage/${randomUUID().slice(0, 12)}`;

  async function createSession(stageArn = newStage(), hostUserId = 'host') {
    const id = randomUUID();
    const session = {
      id,
      name: 'A show',
      status: 'scheduled' as const,
      visibility: 'public' as const,
      stageDoor: 'open' as const,
      hostUserId,
      region: 'us-west-2',
      stageArn,
      createdAt: new Date(START).toISOString(),
      recording: 'none' as const,
      lifecycle: { hostGraceSeconds: 30, idleSeconds: 600, neverStartedSeconds: 3_600, maxAgeSeconds: 86_400 },
      metadata: { nothing: null },
    };
    await pipeline.live.transaction(async (tx) => {
      await pipeline.sessions.insert(tx.sql, session);
      await tx.createTopic(sessionTopic(id));
      await tx.append(sessionTopic(id), [{ type: 'session.created', data: { session } }]);
      await pipeline.inbox.adopt(tx.sql, id, stageArn);
    });
    return session;
  }

  const stageUpdate = (stageArn: string, eventName: string, userId: string, seconds: number) => ({
    version: '0',
    id: randomUUID(),
    'detail-type': 'IVS Stage Update',
    source: 'aws.ivs',
    account: '123456789012',
    time: new Date(START + seconds * 1_000).toISOString().replace('.000Z', 'Z'),
    region: 'us-west-2',
    resources: [stageArn],
    detail: {
      session_id: 'st-abcdefghijklm',
      event_name: eventName,
      event_time: new Date(START + seconds * 1_000).toISOString(),
      user_id: userId,
      participant_id: `participant-${userId}`,
    },
  });
  const send = (body: unknown) =>
    pipeline.ingest.ingest(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
  const logOf = async (id: string) => (await pipeline.log.read(sessionTopic(id), { after: 0 })).events;
  const snapshotOf = async (id: string) => (await pipeline.log.snapshot(sessionTopic(id))).snapshot;

  it('starts the session with the first publish of its host and shows it in log and snapshot alike', async () => {
    const { id, stageArn } = await createSession();
    expect(await send(stageUpdate(stageArn, 'Participant Published', 'host', 1))).toEqual({
      accepted: 1,
      duplicates: 0,
      parked: 0,
    });
    await pipeline.drains.drain(id);
    const events = await logOf(id);
    expect(events.map((event) => event.type)).toEqual(['session.created', 'session.started', 'participant.published']);
    const snapshot = await snapshotOf(id);
    expect(snapshot).toMatchObject({
      seq: 3,
      session: { status: 'live', startedAt: '2026-11-20T12:00:01.000Z', metadata: { nothing: null } },
      participants: [
        { participantId: 'participant-host', userId: 'host', state: 'published', since: '2026-11-20T12:00:01.000Z' },
      ],
    });
    expect(snapshot).toMatchObject({ session: (events[1] as { data: { session: object } }).data.session });
    expect(checkLog(events)).toEqual([]);
  });

  it('takes the same event once, in one request, in two, and in two at the same time', async () => {
    const { id, stageArn } = await createSession();
    const event = stageUpdate(stageArn, 'Participant Published', 'host', 1);
    expect(await send([event, event])).toEqual({ accepted: 1, duplicates: 1, parked: 0 });
    const answers = await Promise.all([send(event), send(event), send([event])]);
    expect(answers.every((answer) => answer.duplicates === 1 && answer.accepted === 0)).toBe(true);
    await pipeline.drains.drain(id);
    await pipeline.drains.drain(id);
    expect(await logOf(id)).toHaveLength(3);
  });

  it('shows an event of a stage that came before its session was created', async () => {
    const stageArn = newStage();
    expect(await send(stageUpdate(stageArn, 'Participant Published', 'host', 1))).toEqual({
      accepted: 0,
      duplicates: 0,
      parked: 1,
    });
    const { id } = await createSession(stageArn);
    await pipeline.drains.drain(id);
    expect(await snapshotOf(id)).toMatchObject({ session: { status: 'live' } });
  });

  it('adopts an event whose insert and whose session did not see each other', async () => {
    const stageArn = newStage();
    const { id } = await createSession(stageArn);
    await send(stageUpdate(stageArn, 'Participant Published', 'host', 1));
    await pipeline.database.query(
      `UPDATE inbox SET state = 'parked', reason = 'unknown_stage', session_id = NULL WHERE stage_arn = $1`,
      [stageArn],
    );
    expect(await pipeline.inbox.adoptStragglers()).toEqual([id]);
    await pipeline.drains.drain(id);
    expect(await snapshotOf(id)).toMatchObject({ session: { status: 'live' } });
  });

  it('parks what it cannot read, each with its reason, and takes the rest of the array', async () => {
    const { id, stageArn } = await createSession();
    const good = stageUpdate(stageArn, 'Participant Published', 'host', 1);
    const inAWeek = stageUpdate(stageArn, 'Participant Published', 'host', (Date.now() - START) / 1_000 + 7 * 86_400);
    const body = [
      good,
      { ...good, id: randomUUID(), source: 'my.app' },
      { ...good, id: randomUUID(), 'detail-type': 'IVS Stream State Change' },
      { ...good, id: randomUUID(), detail: { event_name: 'Participant Published' } },
      inAWeek,
      null,
      'text',
      { ...good, id: 'with a NUL\0' },
    ];
    const answer = await send(body);
    expect(answer.accepted + answer.parked).toBe(body.length);
    expect(answer.parked).toBeGreaterThanOrEqual(6);
    const reasons = new Set((await pipeline.inbox.list('parked', undefined, 50)).items.map((item) => item.reason));
    for (const reason of ['foreign_source', 'unknown_type', 'invalid_detail', 'time_in_future', 'malformed'])
      expect(reasons).toContain(reason);
    await pipeline.drains.drain(id);
    expect((await logOf(id)).map((event) => event.type)).toEqual([
      'session.created',
      'session.started',
      'participant.published',
    ]);
  });

  it.each([
    ['no JSON', '{"a":'],
    ['nothing', ''],
    ['a NUL', '\0'],
    ['a lone surrogate in JSON', '{"id":"\\ud800","source":"x"}'],
    ['300 KB of text', 'x'.repeat(300_000)],
    ['JSON nested a hundred thousand deep', '['.repeat(100_000) + ']'.repeat(100_000)],
  ])('parks %s as one row, and again as a duplicate', async (_name, body) => {
    expect(await send(body)).toEqual({ accepted: 0, duplicates: 0, parked: 1 });
    expect(await send(body)).toEqual({ accepted: 0, duplicates: 1, parked: 0 });
  });

  it('keeps half a million pieces of garbage in one body as a handful of rows', async () => {
    const answer = await send(`[${'1,'.repeat(200_000)}2]`);
    expect(answer.parked).toBeLessThanOrEqual(21);
  });

  it('ends in the same state and a legal log when two workers drain a shuffled burst at once', async () => {
    const { id, stageArn } = await createSession();
    const events = Array.from({ length: 600 }, (_, index) =>
      stageUpdate(
        stageArn,
        index % 2 === 0 ? 'Participant Published' : 'Participant Unpublished',
        `user-${index % 12}`,
        index,
      ),
    );
    await Promise.all(shuffled(events).map((event) => send([event, event])));
    await Promise.all([pipeline.drains.drain(id), pipeline.drains.drain(id), pipeline.drains.drain(id)]);
    const log = await logOf(id);
    expect(checkLog(log)).toEqual([]);
    const { participants } = (await snapshotOf(id)) as { participants: { state: string }[] };
    expect(participants).toHaveLength(12);
    // Even users end with a publish, odd ones with an unpublish: 600 is a multiple of 12.
    expect(participants.filter((one) => one.state === 'published')).toHaveLength(6);
    const [pending] = await pipeline.database.query<{ count: number }>(
      `SELECT count(*) AS count FROM inbox WHERE state = 'pending' AND session_id = $1`,
      [id],
    );
    expect(pending?.count).toBe(0);
  });

  it('takes a recording of somebody of whom nothing else is known, and shows the participant when more is', async () => {
    const { id, stageArn } = await createSession();
    await pipeline.database.query(
      `INSERT INTO participant_token (participant_id, session_id, user_id, device_id, role, issued_at, expires_at)
       VALUES ('participant-quiet', $1, 'quiet', 'phone', 'guest', $2, $2)`,
      [id, new Date(START)],
    );
    const published = stageUpdate(stageArn, 'Participant Published', 'quiet', 2);
    const recording = {
      ...published,
      id: randomUUID(),
      'detail-type': 'IVS Participant Recording State Change',
      detail: {
        session_id: 'st-abcdefghijklm',
        event_name: 'Recording Start',
        participant_id: 'participant-quiet',
        recording_s3_bucket_name: 'a-bucket',
        recording_s3_key_prefix: 'a/prefix',
      },
    };
    await send(recording);
    await pipeline.drains.drain(id);
    expect(await snapshotOf(id)).toMatchObject({
      participants: [],
      recordings: [{ status: 'started', participantId: 'participant-quiet' }],
    });
    await send(published);
    await pipeline.drains.drain(id);
    expect(await snapshotOf(id)).toMatchObject({
      participants: [{ userId: 'quiet', role: 'guest', state: 'published' }],
    });
    expect(checkLog(await logOf(id))).toEqual([]);
  });

  it('ends a session once: the state, the log and the work of tearing down are one commit', async () => {
    const { id, stageArn } = await createSession();
    await send(stageUpdate(stageArn, 'Participant Published', 'host', 1));
    await pipeline.drains.drain(id);
    const answers = await Promise.all([pipeline.ends.end(id, 'host_ended'), pipeline.ends.end(id, 'api_ended')]);
    expect(answers[0]).toEqual(answers[1]);
    const log = await logOf(id);
    expect(log.map((event) => event.type).slice(3)).toEqual(['session.ended', 'participant.disconnected']);
    const work = await pipeline.database.query(`SELECT state FROM work WHERE kind = 'session.teardown' AND key = $1`, [
      id,
    ]);
    expect(work).toHaveLength(1);
    await send(stageUpdate(stageArn, 'Participant Unpublished', 'host', 5));
    await pipeline.drains.drain(id);
    expect(await logOf(id)).toHaveLength(log.length);
  });

  it('answers NOT_FOUND for ending what is not there', async () => {
    await expect(pipeline.ends.end('nowhere', 'api_ended')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

function shuffled<T>(items: T[]): T[] {
  let seed = 7;
  return items
    .map((item) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return { item, seed };
    })
    .sort((a, b) => a.seed - b.seed)
    .map(({ item }) => item);
}

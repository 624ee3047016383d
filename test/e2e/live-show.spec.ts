import type { JoinedSession, LiveEvent, Operation, OperationAccepted, Session } from '#contracts';
import { checkLog } from '#ivs';
import { describeProfiles, type LiveClient, type Stack, startStack, until } from '#testing';
import {
  cloudOf,
  createSession,
  finishedOperation,
  foldedLog,
  logOf,
  snapshotOf,
  tokenOf,
  viewOf,
} from '../session.harness.js';

const GATEWAYS = ['gateway', 'gateway-2'] as const;
const VIEWERS_EACH = 10;

/** The whole path, told once from its beginning to its end: each test goes on where the one before stopped. */
describeProfiles('a live show', (profile) => {
  let stack: Stack;
  let session: Session;
  let host: JoinedSession;
  let topic: string;
  let operationId: string;
  const viewers: LiveClient[] = [];

  beforeAll(async () => {
    stack = await startStack({ profile, gateways: GATEWAYS.length });
  }, 60_000);
  afterAll(async () => {
    for (const viewer of viewers) viewer.close();
    await stack.stop();
  });

  const device = (participantId: string, action: string) =>
    stack.cloud.expect('POST', `/_control/participants/${participantId}/${action}`);
  const everyone = (fits: (event: LiveEvent) => boolean) =>
    Promise.all(viewers.map((viewer) => viewer.event(topic, fits)));
  const join = (userId: string, role: string) =>
    stack.api.expect<JoinedSession>('POST', `/v1/sessions/${session.id}/join`, { userId, role });

  it('is created with a stage of its own, and the lobby hears of it', async () => {
    const lobby = await stack.connect(await tokenOf(stack.api, 'someone'));
    viewers.push(lobby);
    await lobby.subscribe('lobby');
    session = await createSession(stack.api, { name: 'Opening night', hostUserId: 'ana' });
    topic = `session/${session.id}`;
    const heard = await lobby.event('lobby', ({ type }) => type === 'session.created');
    expect(heard.data).toEqual({ session });
    expect((await cloudOf(stack)).stages.map(({ arn }) => arn)).toEqual([session.stageArn]);
    expect(session).toMatchObject({ status: 'scheduled', hostUserId: 'ana' });
  });

  it('is followed by viewers on either gateway, who all hold the same snapshot', async () => {
    for (const gateway of GATEWAYS) {
      for (let i = 0; i < VIEWERS_EACH; i++) {
        viewers.push(await stack.connect(await tokenOf(stack.api, `viewer-${i}`), gateway));
      }
    }
    for (const viewer of viewers) {
      expect(await viewer.subscribe(topic)).toMatchObject({ seq: 1, snapshot: { session, participants: [] } });
    }
  });

  it('is live from the moment that its host, with the token of its join, publishes in the cloud', async () => {
    host = await join('ana', 'host');
    expect(host.live.topic).toBe(topic);
    const onStage = await stack.cloud.expect<{ participantId: string; userId: string }>(
      'POST',
      '/_control/participants',
      {
        token: host.participantToken,
      },
    );
    expect(onStage).toMatchObject({ participantId: host.participantId, userId: 'ana' });
    await device(host.participantId, 'publish');
    await everyone(({ type }) => type === 'session.started');
    await everyone(({ data }) => 'participant' in data && data.participant.state === 'published');
    expect((await snapshotOf(stack.api, session.id)).participants).toMatchObject([
      { participantId: host.participantId, userId: 'ana', role: 'host', state: 'published' },
    ]);
    const live = await stack.api.expect<{ sessions: Session[] }>('GET', '/v1/sessions?status=live');
    expect(live.sessions.map(({ id }) => id)).toEqual([session.id]);
  });

  it('shows guests who come, stop and come again', async () => {
    for (const userId of ['bo', 'cy']) {
      const { participantToken, participantId } = await join(userId, 'guest');
      await stack.cloud.expect('POST', '/_control/participants', { token: participantToken });
      for (const [action, state] of [
        ['publish', 'published'],
        ['unpublish', 'unpublished'],
        ['publish', 'published'],
      ] as const) {
        const before = viewers[0]?.topic(topic).seq ?? 0;
        await device(participantId, action);
        const isNews = ({ seq, data }: LiveEvent) =>
          seq > before &&
          'participant' in data &&
          data.participant.userId === userId &&
          data.participant.state === state;
        await everyone(isNews);
      }
    }
  });

  it('is ended by its host with its own access token: in the log when it answers, and the stage goes', async () => {
    const asHost = stack.api.as(host.accessToken);
    ({ operationId } = await asHost.expect<OperationAccepted>('POST', `/v1/sessions/${session.id}/end`));
    expect((await logOf(stack.api, session.id)).map(({ type }) => type)).toContain('session.ended');
    const operation = await finishedOperation(asHost, operationId);
    expect(operation).toMatchObject({ status: 'done', sessionId: session.id });
    expect(operation.steps.map(({ name }) => name)).toEqual(expect.arrayContaining(['stage.delete', 'stage.verify']));
    expect(operation.steps.every(({ status, at }) => status === 'done' && at !== undefined)).toBe(true);
    const cloud = await cloudOf(stack);
    expect(cloud.stages).toEqual([]);
    expect(cloud.participants.filter(({ state }) => state === 'CONNECTED')).toEqual([]);
  });

  it('has ended for everyone: participants disconnected, the lobby told, tokens refused, a second end the same', async () => {
    await everyone(({ type, data }) => type === 'session.ended' && 'session' in data && data.reason === 'host_ended');
    const { seq, session: ended, participants } = await snapshotOf(stack.api, session.id);
    expect(ended).toMatchObject({ status: 'ended', endReason: 'host_ended' });
    expect(participants.map(({ state }) => state)).toEqual(['disconnected', 'disconnected', 'disconnected']);
    for (const viewer of viewers) await viewer.event(topic, (event) => event.seq === seq);
    await viewers[0]?.event('lobby', ({ type }) => type === 'session.ended');
    const refused = await stack.api.post(`/v1/sessions/${session.id}/join`, { userId: 'bo', role: 'guest' });
    expect(refused).toMatchObject({ status: 409, body: { code: 'SESSION_ENDED' } });
    const again = await stack.api.post(`/v1/sessions/${session.id}/end`);
    expect(again).toMatchObject({ status: 202, body: { operationId } });
    expect(await stack.api.expect<Operation>('GET', `/v1/operations/${operationId}`)).toMatchObject({ status: 'done' });
  });

  it('was one and the same history for every socket, over HTTP and in the snapshot', async () => {
    await until(async () => (await stack.cloud.expect<{ idle: boolean }>('GET', '/_control/idle')).idle);
    const log = await logOf(stack.api, session.id);
    expect(checkLog(log)).toEqual([]);
    expect(viewOf(await snapshotOf(stack.api, session.id))).toEqual(foldedLog(log));
    for (const viewer of viewers) {
      expect(viewer.problems).toEqual([]);
      expect(viewer.topic(topic).events).toEqual(log.filter(({ seq }) => seq > 1));
    }
    const parked = await stack.api.expect<{ items: object[] }>('GET', '/v1/inbox?state=parked');
    expect(parked.items).toEqual([]);
    const failed = await stack.api.expect<{ items: object[] }>('GET', '/v1/work?state=failed');
    expect(failed.items).toEqual([]);
  });
});

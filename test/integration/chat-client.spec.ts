import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { ChatRoom, JoinedSession, Session } from '#contracts';
import { SystemClock } from '#platform';
import { PLENTY } from '#testing';
import { type Simulator, startSimulator } from '../../apps/simulator/src/simulator.js';
import { API_KEY, type HttpGateway, startHttpGateway } from './http.harness.js';

/**
 * Amazon's own chat client (`amazon-ivs-chat-messaging`) over real sockets: 90 s of two-minute chat sessions, played at
 * six times the speed by servers and client alike. In real time and for two hours:
 * CHAT_SOAK_SECONDS=7200 CHAT_SOAK_SCALE=1 npm test -- chat-client
 */
const DURATION_SECONDS = Number(process.env.CHAT_SOAK_SECONDS ?? 90);
const SCALE = Number(process.env.CHAT_SOAK_SCALE ?? 6);
const SESSION_MINUTES = 2;
const MESSAGE_EVERY_MS = 5_000;
// The client renews 60 s before what it takes for the end of its session.
const RENEWED_EVERY_SECONDS = 60;
const START_AND_STOP_MS = 20_000;

interface Report {
  tokens: number[];
  connects: number;
  disconnects: string[];
  sent: number;
  acknowledged: number;
  received: { content: string; sender: { userId: string; attributes: Record<string, string> } }[];
  errors: string[];
}

describe('Amazon’s own chat client', () => {
  const originMs = new SystemClock().nowMs();
  let simulator: Simulator;
  let gateway: HttpGateway;
  beforeAll(async () => {
    simulator = await startSimulator({ raisedQuotas: PLENTY, clock: new SystemClock(SCALE, originMs) });
    gateway = await startHttpGateway({
      AWS_ENDPOINT_URL: simulator.url,
      STAGEDOOR_CLOCK_SCALE: String(SCALE),
      STAGEDOOR_CLOCK_ORIGIN: String(originMs),
      CHAT_SESSION_MINUTES: String(SESSION_MINUTES),
      RATE_LIMIT_USER: '0',
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await simulator.close();
  });

  const run = async (given: { endpoint: string; tokenUrl: string; accessToken: string; tokenBody?: object }) => {
    const options = {
      ...given,
      scale: SCALE,
      originMs,
      durationMs: DURATION_SECONDS * 1_000,
      everyMs: MESSAGE_EVERY_MS,
    };
    const child = fork('test/fixtures/chat/client.mjs', [JSON.stringify(options)], { silent: true });
    const [report] = (await once(child, 'message')) as [Report];
    return report;
  };

  it(
    'chats on through our token route, and asks for a token only when its chat session nears the end',
    async () => {
      const json = { name: 'a show', hostUserId: 'ann', chat: {} };
      const { body: session } = await gateway.call<Session>('POST', '/v1/sessions', { json });
      const path = `/v1/sessions/${session.id}/join`;
      const as = await gateway.tokenOf({ role: 'viewer', userId: 'eve', displayName: 'Eve', ttlSeconds: 86_400 });
      const { body: joined } = await gateway.call<JoinedSession>('POST', path, { json: {}, as });
      if (!joined.chat) throw new Error('joined without chat');
      // Beside it one that is given AWS's own dates, to see that what is avoided would be seen.
      const { body: room } = await gateway.call<ChatRoom>('POST', '/v1/chat-rooms', { json: { name: 'naive' } });
      const [ours, naive] = await Promise.all([
        run({ ...joined.chat, accessToken: as }),
        run({
          endpoint: joined.chat.endpoint,
          tokenUrl: `${gateway.url}/v1/chat-rooms/${encodeURIComponent(room.arn)}/tokens`,
          accessToken: API_KEY,
          tokenBody: { userId: 'eve', sessionDurationInMinutes: SESSION_MINUTES },
        }),
      ]);
      const renewals = Math.floor(DURATION_SECONDS / RENEWED_EVERY_SECONDS);
      expect(ours).toMatchObject({ errors: [], acknowledged: ours.sent });
      expect(ours.tokens).toHaveLength(1 + renewals);
      // To the app a renewal is no event: it was connected all the time.
      expect(ours).toMatchObject({ connects: 1, disconnects: [] });
      expect(ours.received.map(({ content }) => content)).toEqual(
        Array.from({ length: ours.sent }, (_, index) => `message ${index + 1}`),
      );
      // A connection takes far less than the time between two messages: hardly one was skipped.
      expect(ours.sent).toBeGreaterThan((DURATION_SECONDS * 1_000) / MESSAGE_EVERY_MS - 4);
      expect(ours.received[0]?.sender).toEqual({ userId: 'eve', attributes: { displayName: 'Eve', role: 'viewer' } });
      expect(naive.tokens.length).toBeGreaterThan(1 + renewals);
    },
    (DURATION_SECONDS * 1_000) / SCALE + START_AND_STOP_MS,
  );
});

import type { z } from 'zod';
import type * as contracts from '#contracts';

type Contracts = typeof contracts;
type SchemaName = { [K in keyof Contracts]: Contracts[K] extends z.ZodType ? K : never }[keyof Contracts];
type Example<K extends SchemaName> = Contracts[K] extends z.ZodType ? z.input<Contracts[K]> : never;

const SESSION: Example<'Session'> = {
  id: '019a6f0c-58a1-7d3e-9b55-2f6f0c1f8a10',
  name: 'Friday night live',
  status: 'live',
  visibility: 'public',
  stageDoor: 'open',
  hostUserId: 'ann',
  region: 'us-west-2',
  stageArn: 'arn:aws:ivs:us-west-2:123456789012:stage/AbCdEfGhIjKl',
  createdAt: '2026-05-01T19:00:00.000Z',
  startedAt: '2026-05-01T19:02:10.412Z',
  recording: 'none',
  lifecycle: { hostGraceSeconds: 30, idleSeconds: 600, neverStartedSeconds: 3_600, maxAgeSeconds: 86_400 },
  metadata: { show: 'friday' },
};

const PARTICIPANT: Example<'Participant'> = {
  participantId: 'XFRTB3LNkBwA',
  userId: 'ann',
  role: 'host',
  state: 'published',
  attributes: { displayName: 'Ann' },
  since: '2026-05-01T19:02:10.412Z',
};

const STAGE: Example<'Stage'> = {
  arn: 'arn:aws:ivs:us-west-2:123456789012:stage/AbCdEfGhIjKl',
  name: 'friday',
  tags: { demoStatus: 'live', demoTitle: 'Friday night live', 'stagedoor:managed': 'api' },
};

const ROOM_ARN = 'arn:aws:ivschat:us-west-2:123456789012:room/MnOpQrStUvWx';

/** What the API page shows of each; a test holds them to their schemas. */
export const EXAMPLES: { [K in SchemaName]?: Example<K> } = {
  CreateAccessToken: { userId: 'ann', role: 'host', displayName: 'Ann', ttlSeconds: 3_600 },
  CreateSession: { name: 'Friday night live', hostUserId: 'ann', stageDoor: 'open', metadata: { show: 'friday' } },
  ChatRoom: { arn: ROOM_ARN, name: 'friday', maximumMessageLength: 500, maximumMessageRatePerSecond: 30 },
  ChatToken: {
    token: 'AQICAHh…',
    sessionExpirationTime: '2026-05-01T21:02:00.000Z',
    tokenExpirationTime: '2026-05-01T21:02:00.000Z',
  },
  CreateChatRoom: { name: 'friday' },
  CreateChatToken: { userId: 'ann', attributes: { displayName: 'Ann' } },
  CreateStage: { name: 'friday', tags: { demoStatus: 'live', demoTitle: 'Friday night live' } },
  CreateStageToken: { userId: 'ann', capabilities: ['PUBLISH', 'SUBSCRIBE'] },
  JoinSession: { userId: 'ann', role: 'host', deviceId: 'phone-1', displayName: 'Ann' },
  Session: SESSION,
  Stage: STAGE,
  StagePage: { stages: [STAGE] },
  StageToken: {
    token: 'eyJhbGciOi…',
    participantId: 'XFRTB3LNkBwA',
    userId: 'ann',
    capabilities: ['PUBLISH', 'SUBSCRIBE'],
    attributes: {},
    expirationTime: '2026-05-01T21:02:00.000Z',
  },
  SessionPage: { sessions: [SESSION] },
  Participant: PARTICIPANT,
  ParticipantPage: { participants: [PARTICIPANT] },
  SessionSnapshot: {
    epoch: '0f5d.1.0',
    seq: 2,
    session: SESSION,
    participants: [PARTICIPANT],
    hands: [],
    compositions: [],
    recordings: [],
    audience: { watching: 1_204 },
  },
  JoinedSession: {
    participantToken: 'eyJhbGciOi…',
    participantId: 'XFRTB3LNkBwA',
    deviceId: 'phone-1',
    expiresAt: '2026-05-01T20:02:00.000Z',
    accessToken: 'eyJhbGciOi…',
    live: { url: 'https://live.example.com', topic: 'session/019a6f0c-58a1-7d3e-9b55-2f6f0c1f8a10' },
    chat: {
      roomArn: ROOM_ARN,
      region: 'us-west-2',
      endpoint: 'wss://edge.ivschat.us-west-2.amazonaws.com',
      tokenUrl: 'https://live.example.com/v1/sessions/019a6f0c-58a1-7d3e-9b55-2f6f0c1f8a10/chat-token',
    },
  },
  OperationAccepted: { operationId: '019a6f0d-0c1e-7b0a-8f3c-5d8b1a2c3d4e' },
  Operation: {
    id: '019a6f0d-0c1e-7b0a-8f3c-5d8b1a2c3d4e',
    kind: 'session.teardown',
    sessionId: SESSION.id,
    status: 'pending',
    steps: [
      { name: 'stage.delete', status: 'done', at: '2026-05-01T21:00:00.512Z' },
      { name: 'stage.verify', status: 'pending' },
    ],
    attempts: 1,
    createdAt: '2026-05-01T21:00:00.020Z',
  },
};

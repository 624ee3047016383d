import type { Session } from '#contracts';
import { LiveLog } from '#live';
import { AccessTokens, Config, Database, Env, Ids, type TokenGrant } from '#platform';
import { SessionRepository, sessionTopic } from '#sessions';
import { createDatabase, PLENTY_VARIABLE, type TestDatabase } from '#testing';
import { type Gateway, startGateway } from '../../apps/gateway/src/gateway.js';

export const API_KEY = 'an-api-key-of-the-tests';
export const INGEST_KEY = 'an-ingest-key-of-the-tests';

export interface Answer<T = Record<string, unknown>> {
  status: number;
  headers: Headers;
  body: T;
}

/** A gateway over HTTP as clients see it, on a database of its own. */
export interface HttpGateway extends Gateway {
  database: Database;
  call<T = Record<string, unknown>>(method: string, path: string, options?: CallOptions): Promise<Answer<T>>;
  tokenOf(grant: Partial<TokenGrant> & Pick<TokenGrant, 'role'>): Promise<string>;
  /** A session without a cloud behind it. */
  givenSession(session?: Partial<Session>): Promise<Session>;
  stop(): Promise<void>;
}

export interface CallOptions {
  /** Absent: the API key; null: nothing. */
  as?: string | null;
  json?: unknown;
  body?: string | Buffer;
  headers?: Record<string, string>;
}

export async function startHttpGateway(env: Record<string, string> = {}): Promise<HttpGateway> {
  const testDatabase = await createDatabase();
  const gateway = await startGateway(configFor(testDatabase, env));
  const { app, url } = gateway;
  return {
    ...gateway,
    database: app.get(Database),
    call: (method, path, options) => call(url + path, method, options),
    tokenOf: async (grant) => (await app.get(AccessTokens).mint({ userId: 'ann', ttlSeconds: 600, ...grant })).token,
    givenSession: (session) => givenSession(gateway, session),
    stop: async () => {
      await app.close();
      await testDatabase.drop();
    },
  };
}

function configFor(testDatabase: TestDatabase, env: Record<string, string>): Config {
  return new Config(
    Env.parse({
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: testDatabase.url,
      // Nothing listens there: whoever needs a cloud gives the simulator's address.
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      STAGEDOOR_API_KEY: API_KEY,
      STAGEDOOR_INGEST_KEY: INGEST_KEY,
      STAGEDOOR_REVIEW_KEY: 'a-review-key-of-the-tests',
      STAGEDOOR_JWT_SECRET: 'a-secret-of-the-tests-32-characters',
      AWS_QUOTAS: PLENTY_VARIABLE,
      LOG_LEVEL: 'silent',
      ...env,
    }),
  );
}

async function call<T>(url: string, method: string, options: CallOptions = {}): Promise<Answer<T>> {
  const { as = API_KEY, json } = options;
  const body = json === undefined ? options.body : JSON.stringify(json);
  const response = await fetch(url, {
    method,
    headers: {
      ...(as === null ? {} : { authorization: `Bearer ${as}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
}

async function givenSession({ app }: Gateway, given: Partial<Session> = {}): Promise<Session> {
  const id = app.get(Ids).ordered();
  const session: Session = {
    id,
    name: 'a show',
    status: 'scheduled',
    visibility: 'public',
    stageDoor: 'invitation',
    region: 'us-west-2',
    stageArn: `arn:aws:ivs:us-west-2:123456789012:stage/${id}`,
    createdAt: new Date().toISOString(),
    recording: 'none',
    lifecycle: { hostGraceSeconds: 30, idleSeconds: 600, neverStartedSeconds: 3_600, maxAgeSeconds: 86_400 },
    metadata: {},
    ...given,
  };
  await app.get(LiveLog).transaction(async (tx) => {
    await app.get(SessionRepository).insert(tx.sql, session);
    await tx.createTopic(sessionTopic(id));
    await tx.append(sessionTopic(id), [{ type: 'session.created', data: { session } }]);
  });
  return session;
}

import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateParticipantTokenCommand,
  type CreateParticipantTokenCommandInput,
  CreateStageCommand,
  IVSRealTimeClient,
} from '@aws-sdk/client-ivs-realtime';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { PLENTY } from '#testing';
import { type SimulatorOptions, startSimulator } from '../../apps/simulator/src/simulator.js';

export const REGION = 'us-west-2';
const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** The SDK's own clients, as a product makes them, with its retries off so that each call is seen once. */
export function clientsFor(endpoint: string, region = REGION) {
  const options = { endpoint, region, credentials: CREDENTIALS, maxAttempts: 1 };
  return {
    realTime: new IVSRealTimeClient(options),
    chat: new IvschatClient(options),
    eventBridge: new EventBridgeClient(options),
  };
}

/** What a control call answers; a test names the members that it reads. */
export interface Answer<T> {
  status: number;
  body: T;
}

export interface StageEvent {
  version: string;
  id: string;
  'detail-type': string;
  source: string;
  account: string;
  time: string;
  region: string;
  resources: string[];
  detail: Record<string, string>;
}

export async function startCloud(options: SimulatorOptions = {}) {
  const simulator = await startSimulator({ raisedQuotas: PLENTY, ...options });
  const control = async <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Answer<T>> => {
    const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await fetch(`${simulator.url}/_control${path}`, { method, ...init });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? undefined : JSON.parse(text)) as T };
  };
  return { ...simulator, ...clientsFor(simulator.url), control };
}
export type TestCloud = Awaited<ReturnType<typeof startCloud>>;

export interface Received {
  headers: IncomingHttpHeaders;
  url: string;
  text: string;
  event: StageEvent;
}

export interface Reply {
  status: number;
  headers?: Record<string, string>;
}

/** A real HTTP receiver of events; `reply` decides its answers, in the order of arrival. */
export class Receiver {
  readonly received: Received[] = [];
  reply: (received: Received, count: number) => Reply | undefined = () => ({ status: 200 });
  /** Delays an answer until it resolves. */
  hold: () => Promise<void> = () => Promise.resolve();
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer();
    const receiver = new Receiver(server);
    server.on('request', (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { headers, url = '' } = request;
        const one = { headers, url, text, event: JSON.parse(text) as StageEvent };
        receiver.received.push(one);
        const reply = receiver.reply(one, receiver.received.length);
        await receiver.hold();
        if (reply) response.writeHead(reply.status, reply.headers).end();
        else request.socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/events`;
  }

  names(): string[] {
    return this.received.map(({ event }) => event.detail.event_name ?? '');
  }

  ids(): string[] {
    return this.received.map(({ event }) => event.id);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

/** A rule for everything of IVS that goes to the receiver. */
export async function subscribe(
  { eventBridge }: TestCloud,
  url: string,
  more: { rate?: number; pattern?: object } = {},
) {
  const { ConnectionArn } = await eventBridge.send(
    new CreateConnectionCommand({
      Name: 'receiver',
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'x-receiver-key', ApiKeyValue: 'open sesame' } },
    }),
  );
  const { ApiDestinationArn } = await eventBridge.send(
    new CreateApiDestinationCommand({
      Name: 'receiver',
      ConnectionArn,
      InvocationEndpoint: url,
      HttpMethod: 'POST',
      ...(more.rate ? { InvocationRateLimitPerSecond: more.rate } : {}),
    }),
  );
  const EventPattern = JSON.stringify(more.pattern ?? { source: ['aws.ivs'] });
  await eventBridge.send(new PutRuleCommand({ Name: 'everything', EventPattern }));
  await eventBridge.send(
    new PutTargetsCommand({
      Rule: 'everything',
      Targets: [{ Id: 'receiver', Arn: ApiDestinationArn, RoleArn: 'arn:aws:iam::123456789012:role/events' }],
    }),
  );
}

export async function createStage({ realTime }: TestCloud, name = 'a-stage'): Promise<string> {
  const { stage } = await realTime.send(new CreateStageCommand({ name }));
  return stage?.arn ?? '';
}

/** Makes a token and joins with it. */
export async function join(
  cloud: TestCloud,
  stageArn: string,
  token: Omit<CreateParticipantTokenCommandInput, 'stageArn'> = {},
) {
  const { participantToken } = await cloud.realTime.send(new CreateParticipantTokenCommand({ stageArn, ...token }));
  const answer = await cloud.control<{ participantId: string }>('POST', '/participants', {
    token: participantToken?.token,
  });
  return { participantId: answer.body.participantId, token: participantToken?.token ?? '' };
}

export async function idle({ control }: TestCloud): Promise<void> {
  const { body } = await control<{ idle: boolean; pending: number }>('GET', '/idle?timeoutMs=8000');
  if (!body.idle) throw new Error(`${body.pending} deliveries are still on their way`);
}

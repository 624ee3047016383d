import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { liveClientMessages, liveServerMessages } from '#contracts';
import { componentSchemas, describeInput, describeOutput } from './schemas.js';

const DESCRIPTION = `Socket.IO 4, namespace \`/live\`, \`auth: { token }\`, WebSocket first. What a client sends is answered by an
acknowledgement. Numbers of one topic and epoch have no holes and never go back: a client that sees a hole subscribes again
with its last number.`;

interface ServerMessage {
  payload: z.ZodType;
  answer?: z.ZodType;
  summary: string;
}

/** The document behind /asyncapi.json (AsyncAPI 3.0): the socket's messages from the contracts' schemas. */
export function asyncApiDocument(): Record<string, unknown> {
  const client = Object.entries(liveClientMessages);
  const server: [string, ServerMessage][] = Object.entries(liveServerMessages);
  return {
    asyncapi: '3.0.0',
    info: { title: 'Stagedoor live', version: '1', description: DESCRIPTION, license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/json',
    channels: {
      live: {
        address: '/live',
        title: 'The Socket.IO namespace of clients',
        messages: Object.fromEntries(
          [
            ...client.flatMap(([name]) => [name, acknowledgementOf(name)]),
            ...server.flatMap(([name, { answer }]) => (answer ? [name, acknowledgementOf(name)] : [name])),
          ].map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(client.map(([name, { summary }]) => [name, received(name, summary)])),
      ...Object.fromEntries(
        server.map(([name, { summary, answer }]) => [name, sent(name, summary, answer !== undefined)]),
      ),
    },
    components: {
      messages: {
        ...Object.fromEntries(
          client.flatMap(([name, { payload, answer }]) => [
            [name, message(name, describeInput(payload))],
            [acknowledgementOf(name), message(acknowledgementOf(name), acknowledgement(answer))],
          ]),
        ),
        ...Object.fromEntries(
          server.flatMap(([name, { payload, answer }]) => [
            [name, message(name, describeOutput(payload))],
            ...(answer ? [[acknowledgementOf(name), message(acknowledgementOf(name), describeInput(answer))]] : []),
          ]),
        ),
      },
      schemas: componentSchemas(),
    },
  };
}

/** /asyncapi.json; the contracts do not change while we run, so it is made once. */
export function serveAsyncApi(fastify: FastifyInstance): void {
  let text: string | undefined;
  fastify.get('/asyncapi.json', (_request, reply) => {
    text ??= JSON.stringify(asyncApiDocument());
    return reply.type('application/json').send(text);
  });
}

const acknowledgementOf = (name: string) => `${name}.ack`;
const message = (name: string, payload: object) => ({ name, payload });
const channel = { $ref: '#/channels/live' };
const messageRef = (name: string) => ({ $ref: `#/channels/live/messages/${name}` });

function received(name: string, summary: string) {
  const reply = { channel, messages: [messageRef(acknowledgementOf(name))] };
  return { action: 'receive', summary, channel, messages: [messageRef(name)], reply };
}

function sent(name: string, summary: string, isAnswered: boolean) {
  const reply = { channel, messages: [messageRef(acknowledgementOf(name))] };
  return { action: 'send', summary, channel, messages: [messageRef(name)], ...(isAnswered ? { reply } : {}) };
}

function acknowledgement(answer: z.ZodType) {
  return {
    oneOf: [
      { type: 'object', required: ['ok', 'data'], properties: { ok: { const: true }, data: describeOutput(answer) } },
      {
        type: 'object',
        required: ['ok', 'error'],
        properties: { ok: { const: false }, error: { $ref: '#/components/schemas/SocketError' } },
      },
    ],
  };
}

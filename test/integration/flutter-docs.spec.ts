import { readFile } from 'node:fs/promises';
import { liveClientMessages, liveEvents, liveServerMessages } from '#contracts';
import { type HttpGateway, startHttpGateway } from './http.harness.js';

type Schema = { $ref?: string; properties?: Record<string, Schema>; anyOf?: Schema[] };
interface Operation {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>;
}
interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** One request that the page's Dart makes, and what it reads of the answer. */
interface Call {
  method: string;
  path: string;
  query: string[];
  body: string[];
  reads: string[][];
}

const keysOf = (text: string) => [...text.matchAll(/'(\w+)':/g)].map(([, key]) => String(key));

/** From `call('POST', '/v1/…', query: {…}, body: {…})` to the next one. */
function callsIn(dart: string): Call[] {
  const [, ...pieces] = dart.split(/call\((?=')/);
  return pieces.map((piece) => {
    const [, method = '', raw = ''] = /^'(\w+)', '([^,]+)'/.exec(piece) ?? [];
    const [request = '', ...rest] = piece.split(');');
    const [beforeBody = '', body = ''] = request.split('body: {');
    const reads = [...rest.join(');').matchAll(/(?:answer|joined)((?:\['\w+'\])+)/g)];
    return {
      method: method.toLowerCase(),
      path: raw.replaceAll(/\$(\{[^}]*\}|\w+)/g, '{}'),
      query: keysOf(beforeBody.split('query: {')[1] ?? ''),
      body: keysOf(body),
      reads: reads.map(([, chain]) => [...String(chain).matchAll(/'(\w+)'/g)].map(([, key]) => String(key))),
    };
  });
}

describe('docs/flutter.md', () => {
  let gateway: HttpGateway;
  let openApi: OpenApi;
  let page: string;
  let calls: Call[];
  beforeAll(async () => {
    gateway = await startHttpGateway();
    openApi = (await gateway.call<OpenApi>('GET', '/openapi.json', { as: null })).body;
    page = await readFile('docs/flutter.md', 'utf8');
    const blocks = [...page.matchAll(/```dart\n(.*?)```/gs)].map(([, code]) => String(code));
    const dart = blocks.filter((code) => code.includes("call('")).join('\n');
    // What `call` itself reads belongs to every refusal.
    calls = callsIn(dart.replace(/ {2}\/\/\/ One request;.*?\n {2}}\n}/s, ''));
  });
  afterAll(() => gateway.stop());

  const resolve = (schema: Schema | undefined): Schema | undefined => {
    const name = schema?.$ref?.split('/').at(-1);
    return name === undefined ? schema : openApi.components.schemas[name];
  };
  const operationOf = ({ method, path }: Call) => {
    const found = Object.entries(openApi.paths).find(([known]) => known.replaceAll(/\{\w+\}/g, '{}') === path);
    return found?.[1][method];
  };
  const isField = (schema: Schema | undefined, [key, ...rest]: string[]): boolean => {
    if (key === undefined) return schema !== undefined;
    return isField(resolve(resolve(schema)?.properties?.[key]), rest);
  };

  it('implements the seven operations and the flow', () => {
    expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'post /v1/stages',
      'get /v1/stages',
      'delete /v1/stages/{}',
      'post /v1/stages/{}/participant-tokens',
      'post /v1/chat-rooms',
      'delete /v1/chat-rooms/{}',
      'post /v1/chat-rooms/{}/tokens',
      'post /v1/sessions/{}/join',
      'post /v1/sessions/{}/chat-token',
      'post /v1/sessions/{}/end',
    ]);
  });

  it('names paths and fields that openapi.json has, in what it sends and in what it reads', () => {
    for (const call of calls) {
      const operation = operationOf(call);
      expect({ call, isThere: operation !== undefined }).toMatchObject({ isThere: true });
      const parameters = (operation?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
      expect(parameters).toEqual(expect.arrayContaining(call.query));
      const request = resolve(operation?.requestBody?.content['application/json']?.schema);
      expect(Object.keys(request?.properties ?? {})).toEqual(expect.arrayContaining(call.body));
      const good = Object.entries(operation?.responses ?? {}).find(([status]) => status.startsWith('2'))?.[1];
      const answer = good?.content?.['application/json']?.schema;
      for (const read of call.reads) expect({ call, read, is: isField(answer, read) }).toMatchObject({ is: true });
    }
    expect(calls.flatMap(({ reads }) => reads)).toContainEqual(['live', 'topic']);
    expect(calls.flatMap(({ body }) => body)).toContain('sessionDurationInMinutes');
  });

  it('names messages and events of the socket that exist', () => {
    const known = [...Object.keys(liveClientMessages), ...Object.keys(liveServerMessages), ...Object.keys(liveEvents)];
    const named = [
      ...[...page.matchAll(/socket\.(?:on|emit|emitWithAck)\('([\w.]+)'/g)].map(([, name]) => name),
      ...[...page.matchAll(/`((?:session|participant|token|topic)\.(?!endReason)\w+)`/g)].map(([, name]) => name),
    ];
    expect(named.length).toBeGreaterThan(6);
    expect(known).toEqual(expect.arrayContaining(named));
  });
});

import specs from '@asyncapi/specs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import type { z } from 'zod';
import * as contracts from '#contracts';
import { EXAMPLES } from '../../apps/gateway/src/api-docs/examples.js';
import { RouteTable } from '../../apps/gateway/src/http/route.table.js';
import { type HttpGateway, startHttpGateway } from './http.harness.js';

interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, object>; security?: object[]; summary?: string }>>;
  components: { schemas: Record<string, object>; securitySchemes: object };
}

// Pages and the documents themselves: nobody generates a client for them.
const UNDOCUMENTED = /^\/(openapi\.json|asyncapi\.json|docs(\/.*)?|console\/\*)?$/;

describe('the documents', () => {
  let gateway: HttpGateway;
  beforeAll(async () => {
    gateway = await startHttpGateway({ CORS_ORIGINS: 'https://app.example.com' });
  });
  afterAll(() => gateway.stop());

  const openApi = async () => (await gateway.call<OpenApi>('GET', '/openapi.json', { as: null })).body;

  it('openapi.json is valid OpenAPI, and every reference in it leads somewhere', async () => {
    const document = await openApi();
    expect(await new Validator().validate({ ...structuredClone(document) })).toMatchObject({ valid: true });
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(
      ([, name]) => name,
    );
    expect(refs.filter((name) => !(String(name) in document.components.schemas))).toEqual([]);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'ingest-key']);
  });

  it('openapi.json has every route, and nothing else', async () => {
    const { paths } = await openApi();
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const registered = gateway.app
      .get(RouteTable)
      .routes.filter(({ method, path }) => method !== 'HEAD' && method !== 'OPTIONS' && !UNDOCUMENTED.test(path))
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(documented.sort()).toEqual(registered.sort());
  });

  it('openapi.json says of every route what it answers, also when it fails', async () => {
    for (const [path, methods] of Object.entries((await openApi()).paths)) {
      for (const [method, { responses, summary, security }] of Object.entries(methods)) {
        const statuses = Object.keys(responses).map(Number);
        expect({ path, method, summary, ok: statuses.some((status) => status < 300) }).toMatchObject({
          summary: expect.any(String),
          ok: true,
        });
        if (security) expect(statuses).toContain(401);
      }
    }
  });

  it('shows examples that are what their schemas say', () => {
    const schemas = new Map(Object.entries(contracts as Record<string, unknown>) as [string, z.ZodType][]);
    for (const [name, example] of Object.entries(EXAMPLES)) {
      expect({ name, ...schemas.get(name)?.safeParse(example) }).toMatchObject({ name, success: true });
    }
  });

  it('asyncapi.json has every message of the socket, and every reference in it leads somewhere', async () => {
    const { body } = await gateway.call<Record<string, unknown>>('GET', '/asyncapi.json', { as: null });
    expect(body).toMatchObject({ asyncapi: '3.0.0' });
    const names = Object.keys((body.operations as object) ?? {});
    expect(names.sort()).toEqual(
      [...Object.keys(contracts.liveClientMessages), ...Object.keys(contracts.liveServerMessages)].sort(),
    );
    for (const [, ref] of JSON.stringify(body).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = String(ref)
        .split('/')
        .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], body);
      expect({ ref, isThere: found !== undefined }).toEqual({ ref, isThere: true });
    }
  });

  it('asyncapi.json is valid by AsyncAPI’s own schema, and its parts are valid JSON Schemas', async () => {
    const { body } = await gateway.call<{ components: { schemas: Record<string, object> } }>('GET', '/asyncapi.json', {
      as: null,
    });
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    const validate = ajv.compile(specs.schemasWithoutId['3.0.0']);
    validate(body);
    expect(validate.errors ?? []).toEqual([]);
    const { schemas } = body.components;
    expect(JSON.stringify(schemas.LiveEvent)).toContain('"hand.raised"');
  });

  it('pages load nothing from elsewhere', async () => {
    for (const path of ['/', '/docs']) {
      const page = await gateway.call<string>('GET', path, { as: null });
      expect(page.status).toBe(200);
      expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
      const loaded = [...page.body.matchAll(/(?:src|href)=['"]([^'"]+)['"]/g)].map(([, url]) => String(url));
      for (const url of loaded) expect(url).not.toMatch(/^(https?:)?\/\//);
      for (const url of loaded.filter((one) => /\.(js|css)$/.test(one))) {
        const { pathname } = new URL(url, `${gateway.url}${path}`);
        expect({ pathname, status: (await gateway.call('GET', pathname, { as: null })).status }).toEqual({
          pathname,
          status: 200,
        });
      }
    }
  });

  it('are readable for the origins that were allowed, and for no others', async () => {
    const preflight = (origin: string) =>
      gateway.call('OPTIONS', '/v1/sessions', {
        as: null,
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
      });
    const allowed = await preflight('https://app.example.com');
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
    expect((await preflight('https://evil.example.com')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('metrics tell how long requests took, by route, and how late the event loop is', async () => {
    await gateway.call('GET', '/v1/sessions/nope');
    const { body } = await gateway.call<string>('GET', '/metrics', { as: null });
    expect(body).toContain(
      'stagedoor_http_request_duration_seconds_count{method="GET",route="/v1/sessions/:id",status="404"}',
    );
    expect(body).toContain('nodejs_eventloop_lag_p99_seconds');
    expect(body).toContain('stagedoor_sockets 0');
  });
});

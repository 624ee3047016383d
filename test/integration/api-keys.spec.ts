import { ApiKeyRepository } from '#platform';
import { LiveClient, until } from '#testing';
import { type HttpGateway, startHttpGateway } from './http.harness.js';

describe('an API key of the database', () => {
  let gateway: HttpGateway;
  let other: HttpGateway;
  beforeAll(async () => {
    gateway = await startHttpGateway({ RATE_LIMIT_UNAUTHENTICATED: '0' });
    other = await startHttpGateway({ DATABASE_URL: gateway.database.url, RATE_LIMIT_UNAUTHENTICATED: '0' });
  });
  afterAll(async () => {
    await other.stop();
    await gateway.stop();
  });

  const create = (scopes: string[] = []) => gateway.app.get(ApiKeyRepository).create('a shop', scopes);
  const statusOf = async (on: HttpGateway, as: string, method: string, path: string, json?: unknown) =>
    (await on.call(method, path, { as, ...(json === undefined ? {} : { json }) })).status;

  it('does what the environment’s does, is kept as a digest only, and tells when it was used', async () => {
    const { id, key } = await create();
    expect(await statusOf(gateway, key, 'GET', '/v1/work')).toBe(200);
    expect(await statusOf(gateway, key, 'POST', '/v1/access-tokens', { userId: 'a', role: 'viewer' })).toBe(201);
    const lastUse = async () =>
      (await gateway.app.get(ApiKeyRepository).list()).find((one) => one.id === id)?.lastUsedAt;
    await until(lastUse);
    const rows = JSON.stringify(await gateway.database.query('SELECT * FROM api_key'));
    expect(rows).not.toContain(key.slice(4));
    expect(await statusOf(gateway, `${key.slice(0, -1)}!`, 'GET', '/v1/work')).toBe(401);
  });

  it('does no more than its scopes say, on routes and topics', async () => {
    const { id: session } = await gateway.givenSession({ visibility: 'private' });
    const [reads, ends] = [await create(['read']), await create(['session.end'])];
    const path = `/v1/sessions/${session}`;
    expect(await statusOf(gateway, reads.key, 'GET', path)).toBe(200);
    expect(await statusOf(gateway, reads.key, 'GET', '/v1/inbox')).toBe(200);
    expect(await statusOf(gateway, reads.key, 'POST', `${path}/end`)).toBe(403);
    expect(await statusOf(gateway, reads.key, 'POST', '/v1/sessions', { name: 'x' })).toBe(403);
    expect(await statusOf(gateway, reads.key, 'DELETE', '/v1/access-tokens?userId=a')).toBe(403);
    expect(await statusOf(gateway, reads.key, 'POST', `${path}/join`, { userId: 'a' })).toBe(403);
    expect(await statusOf(gateway, ends.key, 'GET', path)).toBe(403);
    expect(await statusOf(gateway, ends.key, 'GET', '/v1/sessions')).toBe(403);
    const reader = await new LiveClient(gateway.url, reads.key).connect();
    const ender = await new LiveClient(gateway.url, ends.key).connect();
    await reader.subscribe(`session/${session}`);
    for (const topic of ['lobby', `session/${session}`]) {
      await expect(ender.subscribe(topic)).rejects.toThrow();
    }
    reader.close();
    ender.close();
    expect(await statusOf(gateway, ends.key, 'POST', `${path}/end`)).toBe(202);
  });

  it('is worth nothing two seconds after it was revoked, and its sockets are closed', async () => {
    const { id, key } = await create();
    expect(await statusOf(gateway, key, 'GET', '/v1/work')).toBe(200);
    expect(await statusOf(other, key, 'GET', '/v1/work')).toBe(200);
    const clients = await Promise.all([gateway, other].map((on) => new LiveClient(on.url, key).connect()));
    const { key: good } = await create();
    const bystander = await new LiveClient(other.url, good).connect();
    const startedMs = performance.now();
    expect(await gateway.app.get(ApiKeyRepository).revoke(id)).toBe(true);
    for (const on of [gateway, other]) {
      await until(async () => (await statusOf(on, key, 'GET', '/v1/work')) === 401);
    }
    await until(() => clients.every(({ said, socket }) => said.includes('socket.closed') && socket.disconnected));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect(bystander.socket.connected).toBe(true);
    bystander.close();
    expect(await gateway.app.get(ApiKeyRepository).revoke(id)).toBe(false);
  });

  it('is revoked in time also when the bus says nothing', async () => {
    const { id, key } = await create();
    const client = await new LiveClient(other.url, key).connect();
    expect(await statusOf(other, key, 'GET', '/v1/work')).toBe(200);
    await gateway.database.query('UPDATE api_key SET revoked_at = now() WHERE id = $1', [id]);
    const startedMs = performance.now();
    await until(async () => (await statusOf(other, key, 'GET', '/v1/work')) === 401 && client.socket.disconnected);
    // Two seconds and a busy machine.
    expect(performance.now() - startedMs).toBeLessThan(3_000);
  });
});

import { LiveClient, until } from '#testing';
import { type HttpGateway, startHttpGateway } from './http.harness.js';
import { IdentityProvider, type Signer } from './identity-provider.harness.js';

describe('a token of the customer’s identity provider', () => {
  let provider: IdentityProvider;
  let gateway: HttpGateway;
  let key: Signer;
  const now = () => Math.floor(Date.now() / 1000);
  beforeAll(async () => {
    provider = await IdentityProvider.start();
    key = await provider.key('one');
    provider.publish(key, await provider.key('curve', 'ES256'));
    gateway = await startHttpGateway({
      ...provider.variables,
      AUTH_CLAIMS: 'role=https://app.example.com/role,sessionId=show.id',
      RATE_LIMIT_UNAUTHENTICATED: '0',
    });
  });
  afterAll(async () => {
    await gateway.stop();
    await provider.goDown();
  });

  const ROLE = 'https://app.example.com/role';
  const ask = (as: string, path = '/v1/sessions') => gateway.call('GET', path, { as });
  const codeOf = async (as: string) => (await ask(as)).body.code;

  it('is one of a viewer, or of what its claims say', async () => {
    const mine = await gateway.givenSession({ visibility: 'private', hostUserId: 'ann' });
    const other = await gateway.givenSession({ visibility: 'private', hostUserId: 'bob' });
    const path = (id: string) => `/v1/sessions/${id}`;
    expect((await ask(await provider.token(key), path(mine.id))).status).toBe(404);
    const host = await provider.token(key, { [ROLE]: 'host', name: 'Ann\u0000' });
    expect([(await ask(host, path(mine.id))).status, (await ask(host, path(other.id))).status]).toEqual([200, 404]);
    const guest = await provider.token(key, { show: { id: other.id } });
    expect((await ask(guest, path(other.id))).status).toBe(200);
    const moderator = await provider.token(key, { [ROLE]: 'moderator', scope: 'openid global' });
    expect((await ask(moderator, path(other.id))).status).toBe(200);
    const local = await provider.token(key, { [ROLE]: 'moderator', scope: 'openid globally' });
    expect((await ask(local, path(other.id))).status).toBe(404);
    expect((await ask(await gateway.tokenOf({ role: 'viewer' }))).status).toBe(200);
  });

  it('is refused unless it is signed as configured, by a published key', async () => {
    const stranger = { ...(await provider.key('strange')), kid: key.kid };
    const rs512 = await provider.token({ ...(await provider.key('two', 'RS512')) });
    for (const token of [
      provider.unsigned(),
      await provider.confused(key),
      await provider.token(stranger),
      rs512,
      await provider.token(key, {}, { kid: 'nobody' }),
      `${(await provider.token(key)).slice(0, -8)}AAAAAAAA`,
      'eyJhbGciOiJSUzI1NiJ9.e30.x',
      'eyJhbGciOiJSUzI1NiJ9..',
    ]) {
      expect(await codeOf(token)).toBe('UNAUTHENTICATED');
    }
  });

  it.each([
    ['an issuer that is another', { iss: 'https://evil.example.com/' }],
    ['an audience that is another', { aud: 'another-app' }],
    ['no issuer', { iss: undefined }],
    ['no audience', { aud: undefined }],
    ['no user', { sub: undefined }],
    ['a user id of 129 characters', { sub: 'x'.repeat(129) }],
    ['no end', { exp: undefined }],
    ['no beginning', { iat: undefined }],
    ['a beginning ten minutes from now', { iat: Math.floor(Date.now() / 1000) + 600 }],
    ['a time before which it is void', { nbf: Math.floor(Date.now() / 1000) + 600 }],
    ['a role that there is not', { [ROLE]: 'owner' }],
    ['a session that is none', { show: { id: 7 } }],
  ])('is refused with %s', async (_, claims) => {
    expect(await codeOf(await provider.token(key, claims))).toBe('UNAUTHENTICATED');
  });

  it('may be as old as the clocks may differ, and no older', async () => {
    expect((await ask(await provider.token(key, { exp: now() - 30 }))).status).toBe(200);
    expect(await codeOf(await provider.token(key, { exp: now() - 90 }))).toBe('TOKEN_EXPIRED');
    expect((await ask(await provider.token(key, { iat: now() + 30, nbf: now() + 30 }))).status).toBe(200);
  });

  it('is revoked like one of ours, and joins', async () => {
    const session = await gateway.givenSession();
    const old = await provider.token(key, { sub: 'eve', iat: now() - 60 });
    const client = await new LiveClient(gateway.url, old).connect();
    await client.subscribe(`session/${session.id}`);
    expect((await gateway.call('DELETE', '/v1/access-tokens?userId=eve')).status).toBe(204);
    await until(() => client.said.includes('socket.closed'));
    expect(await codeOf(old)).toBe('UNAUTHENTICATED');
    expect((await ask(await provider.token(key, { sub: 'eve', iat: now() + 5 }))).status).toBe(200);
  });

  it('is a socket’s, which is warned before it expires and goes on with a newer one', async () => {
    const client = await new LiveClient(gateway.url, await provider.token(key, { exp: now() - 30 })).connect();
    await until(() => client.said.includes('token.expiring'));
    const token = await provider.token(key, { exp: now() + 900 });
    const answer: unknown = await client.socket.timeout(5_000).emitWithAck('token.renew', { token });
    expect(answer).toMatchObject({ ok: true, data: { expiresAt: expect.any(String) } });
    const anothers = await provider.token(key, { sub: 'bob' });
    expect(await client.socket.timeout(5_000).emitWithAck('token.renew', { token: anothers })).toMatchObject({
      ok: false,
      error: { code: 'FORBIDDEN' },
    });
    client.close();
    const refused = new LiveClient(gateway.url, provider.unsigned());
    await expect(refused.connect()).rejects.toMatchObject({ data: { code: 'UNAUTHENTICATED' } });
  });

  it('is good by a new key within seconds, asks no oftener for made-up ones, and outlives an outage', async () => {
    const fresh = await provider.key('fresh');
    provider.publish(key, fresh);
    const token = await provider.token(fresh);
    await until(async () => (await ask(token)).status === 200);
    const before = provider.requests;
    for (let i = 0; i < 20; i++)
      expect(await codeOf(await provider.token(key, {}, { kid: `no-${i}` }))).toBe('UNAUTHENTICATED');
    expect(provider.requests - before).toBeLessThan(3);
    await provider.goDown();
    expect((await ask(token)).status).toBe(200);
    expect(await codeOf(await provider.token(key, {}, { kid: 'nobody' }))).toBe('UNAUTHENTICATED');
  });

  it('is told to come back when the provider was never reached', async () => {
    const lonely = await startHttpGateway(provider.variables);
    try {
      const answer = await lonely.call('GET', '/v1/sessions', { as: await provider.token(key) });
      expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
      const ours = await lonely.tokenOf({ role: 'viewer' });
      expect((await lonely.call('GET', '/v1/sessions', { as: ours })).status).toBe(200);
    } finally {
      await lonely.stop();
    }
  });
});

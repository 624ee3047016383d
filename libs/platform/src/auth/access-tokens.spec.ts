import { SignJWT } from 'jose';
import { SystemClock } from '../clock.js';
import { Config } from '../config/config.js';
import { Env } from '../config/env.schema.js';
import { AccessTokens } from './access-tokens.js';
import type { Revocations } from './revocations.js';

const SECRETS = { old: 'an-old-secret-of-32-characters-..', fresh: 'a-fresh-secret-of-32-characters-.' };

class SetClock extends SystemClock {
  ms = 1_800_000_000_123;
  override nowMs(): number {
    return this.ms;
  }
}

const clock = new SetClock();
const marks = { currentMark: async () => 42 } as unknown as Revocations;
const tokensWith = (secret: string) =>
  new AccessTokens(new Config(Env.parse({ STAGEDOOR_JWT_SECRET: secret })), clock, marks);
const tokens = tokensWith(SECRETS.old);
const grant = { userId: 'ann', role: 'host', ttlSeconds: 60 } as const;

describe('access tokens', () => {
  beforeEach(() => {
    clock.ms = 1_800_000_000_123;
  });

  it('say who the user is and what was granted', async () => {
    const { token, expiresAt } = await tokens.mint({
      ...grant,
      role: 'moderator',
      sessionId: 's1',
      scope: 'global',
      displayName: 'Änn',
    });
    expect(await tokens.verify(token)).toEqual({
      kind: 'user',
      userId: 'ann',
      role: 'moderator',
      sessionId: 's1',
      scope: 'global',
      displayName: 'Änn',
      issuedAtMs: clock.ms,
      expiresAtMs: Date.parse(expiresAt),
      revocationMark: 42,
    });
  });

  it('live as long as was asked for and not a second longer', async () => {
    const { token, expiresAt } = await tokens.mint(grant);
    clock.ms = Date.parse(expiresAt) - 1;
    await tokens.verify(token);
    clock.ms = Date.parse(expiresAt);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(Date.parse(expiresAt)).toBe(1_800_000_061_000);
  });

  it('are signed by the first secret and verified by both while it is rotated', async () => {
    const rotating = tokensWith(`${SECRETS.fresh},${SECRETS.old}`);
    await rotating.verify((await tokens.mint(grant)).token);
    const { token } = await rotating.mint(grant);
    await tokensWith(SECRETS.fresh).verify(token);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('derived from another expire no later and carry its revocation mark', async () => {
    const parent = await tokens.verify((await tokens.mint(grant)).token);
    const child = await tokens.derive({ ...parent, revocationMark: 7 }, { role: 'viewer', ttlSeconds: 3_600 });
    expect(await tokens.verify(child.token)).toMatchObject({ expiresAtMs: parent.expiresAtMs, revocationMark: 7 });
  });

  const forge = (header: { alg: string }, claims: object, secret: string = SECRETS.old) =>
    new SignJWT({ role: 'host', iat_ms: clock.ms, sub: 'ann', exp: clock.ms / 1000 + 60, ...claims })
      .setProtectedHeader(header)
      .sign(new TextEncoder().encode(secret.padEnd(64, '.')));

  it.each([
    ['nothing', async () => ''],
    ['no token at all', async () => 'abc'],
    ['dots', async () => '..'],
    ['no algorithm', async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann","role":"host"}')}.`],
    ['another algorithm', () => forge({ alg: 'HS512' }, { iss: 'stagedoor', aud: 'stagedoor' })],
    ['another secret', () => forge({ alg: 'HS256' }, { iss: 'stagedoor', aud: 'stagedoor' }, 'x')],
    ['another issuer', () => forge({ alg: 'HS256' }, { iss: 'other', aud: 'stagedoor' }, SECRETS.old)],
  ])('of %s are refused', async (_, make) => {
    await expect(tokens.verify(await make())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  it('signed by us but without our claims are refused', async () => {
    const padded = tokensWith(SECRETS.old.padEnd(64, '.'));
    const good = { iss: 'stagedoor', aud: 'stagedoor', exp: Math.ceil(clock.ms / 1000) + 60 };
    await padded.verify(await forge({ alg: 'HS256' }, good));
    for (const bad of [{ role: 'root' }, { aud: 'other' }, { iss: 'other' }, { sub: '' }, { iat_ms: 'x' }]) {
      const token = await forge({ alg: 'HS256' }, { ...good, ...bad });
      await expect(padded.verify(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    }
  });
});

import { createHook } from 'node:async_hooks';
import { generateKeyPairSync } from 'node:crypto';
import { compactVerify } from 'jose';
import { participantClaims } from './participant-claims.js';
import { TokenSigner } from './token-signer.js';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
const KEY = { arn: 'arn:aws:ivs:us-west-2:123456789012:public-key/k3y', privateKey };
const STAGE = {
  arn: 'arn:aws:ivs:us-west-2:123456789012:stage/AbC123',
  eventsUrl: 'wss://global.events.live-video.net',
  whipUrl: 'https://0f.global-bm.whip.live-video.net',
};
const claimsOf = (participantId: string) =>
  participantClaims(
    STAGE,
    { participantId, userId: 'ann', capabilities: ['SUBSCRIBE'], attributes: { role: 'viewer' } },
    { issuedAt: 1_000, expiresAt: 4_600 },
  );

describe('a participant token that we sign', () => {
  it('has the header and the claims that IVS asks for, and no others', async () => {
    const token = await new TokenSigner().sign(KEY, claimsOf('p1'));
    const { payload, protectedHeader } = await compactVerify(token, publicKey, { algorithms: ['ES384'] });
    expect(protectedHeader).toEqual({ alg: 'ES384', typ: 'JWT', kid: KEY.arn });
    expect(JSON.parse(Buffer.from(payload).toString('utf8'))).toEqual({
      exp: 4_600,
      iat: 1_000,
      jti: 'p1',
      resource: STAGE.arn,
      topic: 'AbC123',
      events_url: STAGE.eventsUrl,
      whip_url: STAGE.whipUrl,
      capabilities: { allow_publish: false, allow_subscribe: true },
      user_id: 'ann',
      attributes: { role: 'viewer' },
      version: '1.0',
    });
  });

  it('is signed with at most one other at the same time, whatever fails', async () => {
    const signer = new TokenSigner();
    // Node's own word on work in its thread pool: begun at `init`, done at `before`.
    const underWay = new Set<number>();
    let most = 0;
    const hook = createHook({
      init(id, type) {
        if (type === 'SIGNREQUEST') most = Math.max(most, underWay.add(id).size);
      },
      before: (id) => underWay.delete(id),
    }).enable();
    const done: number[] = [];
    const asked = Array.from({ length: 20 }, async (_, index) => {
      // Nobody signs with a public key.
      const key = index === 3 ? { ...KEY, privateKey: publicKey } : KEY;
      const isSigned = await signer.sign(key, claimsOf(`p${index}`)).then(Boolean, () => false);
      done.push(isSigned ? index : -index);
    });
    expect(signer.pending).toBe(20);
    await Promise.all(asked);
    hook.disable();
    expect(most).toBe(2);
    expect(done).toContain(-3);
    expect(done.filter((index) => index >= 0)).toHaveLength(19);
    expect(signer.pending).toBe(0);
  });
});

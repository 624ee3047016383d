import { type KeyObject, sign } from 'node:crypto';
import type { ParticipantClaims } from './participant-claims.js';

/** A key that IVS knows by its ARN. */
export interface SigningKey {
  arn: string;
  privateKey: KeyObject;
}

/**
 * Signatures run in Node's thread pool (four threads), where DNS look-ups and file reads wait too: with more than two at
 * once a rush of joins would hold those up, and two already keep two cores busy.
 */
const IN_FLIGHT = 2;

/** Signs participant tokens: a JWT with ES384. Never blocks the event loop; tokens are signed in the order of asking. */
export class TokenSigner {
  private inFlight = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly headers = new Map<string, string>();

  /** @returns the token, in JWS compact form */
  async sign(key: SigningKey, claims: ParticipantClaims): Promise<string> {
    const input = `${this.header(key.arn)}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
    if (this.inFlight >= IN_FLIGHT) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.inFlight += 1;
    try {
      const signature = await signEs384(input, key.privateKey);
      return `${input}.${signature.toString('base64url')}`;
    } finally {
      // The place goes on to who waits, so that nobody who came later takes it.
      const next = this.waiting.shift();
      if (next) next();
      else this.inFlight -= 1;
    }
  }

  /** Tokens that wait or are being signed. */
  get pending(): number {
    return this.inFlight + this.waiting.length;
  }

  private header(kid: string): string {
    let header = this.headers.get(kid);
    if (header === undefined) {
      header = Buffer.from(JSON.stringify({ alg: 'ES384', typ: 'JWT', kid })).toString('base64url');
      this.headers.set(kid, header);
    }
    return header;
  }
}

/** JOSE's form of the signature (r and s), not OpenSSL's DER: RFC 7518, 3.4. */
function signEs384(input: string, key: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha384', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }, (error, signature) =>
      error ? reject(error) : resolve(signature),
    );
  });
}

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

const ISSUER = 'https://id.example.com/';
const AUDIENCE = 'stagedoor-app';

export interface Signer {
  kid: string;
  alg: string;
  privateKey: CryptoKey;
  publicKey: CryptoKey;
}

/** A customer's identity provider: a real HTTP server with a key set, and tokens of any making. */
export class IdentityProvider {
  readonly variables: Record<string, string>;
  requests = 0;
  private published: Signer[] = [];

  private constructor(
    private readonly server: Server,
    private readonly sockets = new Set<{ destroy(): void }>(),
  ) {
    const { port } = server.address() as AddressInfo;
    this.variables = {
      AUTH_JWKS_URL: `http://127.0.0.1:${port}/jwks.json`,
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
    };
    server.on('connection', (socket) => sockets.add(socket));
  }

  static async start(): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = new IdentityProvider(server);
    server.on('request', (_request, response) => {
      provider.requests++;
      void provider.keySet().then((keys) => response.setHeader('content-type', 'application/json').end(keys));
    });
    return provider;
  }

  /** A key that is not in the set until it is published. */
  async key(kid: string, alg = 'RS256'): Promise<Signer> {
    return { kid, alg, ...(await generateKeyPair(alg, { extractable: true })) };
  }

  publish(...signers: Signer[]): void {
    this.published = signers;
  }

  /** From now on nobody answers. */
  async goDown(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    if (this.server.listening) await new Promise((resolve) => this.server.close(resolve));
  }

  token(signer: Signer, claims: JWTPayload = {}, header: { alg?: string; kid?: string } = {}): Promise<string> {
    return new SignJWT({ ...this.claims(), ...claims })
      .setProtectedHeader({ alg: signer.alg, kid: signer.kid, ...header })
      .sign(signer.privateKey);
  }

  /** Signed with the public key's own text as a secret: what a verifier falls for that believes the header. */
  async confused({ kid, publicKey }: Signer): Promise<string> {
    const secret = new TextEncoder().encode(await exportSPKI(publicKey));
    return new SignJWT({ ...this.claims() }).setProtectedHeader({ alg: 'HS256', kid }).sign(secret);
  }

  unsigned(): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    return `${part({ alg: 'none' })}.${part(this.claims())}.`;
  }

  claims(): JWTPayload {
    const now = Math.floor(Date.now() / 1000);
    return { iss: ISSUER, aud: AUDIENCE, sub: 'ann', iat: now, exp: now + 600 };
  }

  private async keySet(): Promise<string> {
    const keys = this.published.map(async ({ kid, alg, publicKey }) => ({ ...(await exportJWK(publicKey)), kid, alg }));
    return JSON.stringify({ keys: await Promise.all(keys) });
  }
}

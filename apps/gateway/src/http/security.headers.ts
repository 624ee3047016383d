import type { FastifyInstance } from 'fastify';

const NOTHING = "default-src 'none'; frame-ancestors 'none'";
// 'self' covers ws: of the same origin only in newer browsers.
const CONSOLE =
  "default-src 'self'; connect-src 'self' ws: wss:; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
// Swagger UI styles its elements inline and draws with data: images.
const DOCS = `${CONSOLE}; style-src 'self' 'unsafe-inline'`;

/** What the pages may load: only what we serve ourselves, so that both work without a network. */
export function registerSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply
      .header('content-security-policy', policyOf(request.raw.url ?? ''))
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer');
    done();
  });
}

function policyOf(url: string): string {
  const [path = ''] = url.split('?');
  if (path === '/docs' || path.startsWith('/docs/')) return DOCS;
  return path === '/' || path.startsWith('/console/') ? CONSOLE : NOTHING;
}

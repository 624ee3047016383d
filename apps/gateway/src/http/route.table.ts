import type { FastifyInstance } from 'fastify';

export interface Route {
  method: string;
  /** As Fastify knows it: `/v1/sessions/:id`. */
  path: string;
}

/** Every route that is registered: for 405 answers, and for the test that the API page is complete. */
export class RouteTable {
  readonly routes: Route[] = [];

  /** Call before the first route is registered. */
  watch(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) this.routes.push({ method: one, path: url });
    });
  }

  /** The methods that some route answers under this URL, whatever they are. */
  methodsOf(url: string): string[] {
    const [path = ''] = url.split('?');
    const methods = this.routes
      .filter((route) => !route.path.includes('*') && matches(route.path, path))
      .map((route) => route.method);
    return [...new Set(methods)].sort();
  }
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]))
  );
}

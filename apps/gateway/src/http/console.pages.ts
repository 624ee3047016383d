import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** The console: its page at `/`, what it loads below `/console/`. */
export async function registerConsole(fastify: FastifyInstance): Promise<void> {
  const root = join(packageRoot(), 'apps/console/public');
  await fastify.register(fastifyStatic, { root, prefix: '/console/', wildcard: true, index: false });
  fastify.get('/', (_request, reply) => reply.sendFile('index.html'));
}

/** Where package.json is: the sources and the built files lie at different depths below it. */
function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder);
  return folder;
}

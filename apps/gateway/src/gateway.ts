import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Config } from '#platform';
import { gatewayModule } from './gateway.module.js';
import { createHttpApp } from './http/http-app.js';
import { PublicUrl } from './http/public-url.js';

export interface Gateway {
  app: NestFastifyApplication;
  /** Where it listens. */
  url: string;
}

/** Starts a whole gateway; `app.close()` drains it. */
export async function startGateway(config: Config): Promise<Gateway> {
  const app = await createHttpApp(config, gatewayModule(config));
  await app.listen(config.env.PORT, config.env.HOST);
  const url = listeningUrl(app, config.env.HOST);
  app.get(PublicUrl).listensAt(url);
  return { app, url };
}

function listeningUrl(app: NestFastifyApplication, host: string): string {
  const address = app.getHttpServer().address();
  if (address === null || typeof address === 'string') throw new Error('the gateway does not listen on a port');
  // A wildcard is no address that anyone could call.
  const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`;
}

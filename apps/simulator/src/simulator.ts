import { join } from 'node:path';
import { fastify } from 'fastify';
import { type Logger, pino } from 'pino';
import { type Clock, SystemClock } from '#platform/clock';
import { Ids } from '#platform/ids';
import { Cloud } from './cloud.js';
import { controlRoutes } from './control/control.routes.js';
import { serveChatSocket } from './ivschat/chat.socket.js';
import { registerAwsRoutes } from './protocol/aws.routes.js';
import { Dispatcher } from './protocol/dispatcher.js';
import { Snapshot } from './snapshot/snapshot.js';

export interface SimulatorOptions {
  /** 0 (the default) means any free one. */
  port?: number;
  /** Where the snapshot lives; without it a restart begins with an empty cloud. */
  dataDir?: string;
  /** Opens the simulator to other machines; the control plane then asks for it in `x-stagedoor-key`. */
  key?: string;
  /** Calls a second that AWS grants beyond its defaults, by operation; `*` is every one. */
  raisedQuotas?: Readonly<Record<string, number>>;
  clock?: Clock;
  ids?: Ids;
  logger?: Logger;
}

export interface Simulator {
  url: string;
  close(): Promise<void>;
}

const SNAPSHOT_FILE = 'simulator.json';
// PutEvents takes 1 MB of entries, which JSON escapes inflate.
const BODY_LIMIT_BYTES = 4 * 1_048_576;
const LONGEST_PATH = 2_048;

/** Starts a local AWS and resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, dataDir, key, clock = new SystemClock(), ids = new Ids() } = options;
  const logger = options.logger ?? pino({ level: 'silent' });
  let snapshot: Snapshot | undefined;
  const { raisedQuotas } = options;
  const cloud = new Cloud({ clock, ids, logger, raisedQuotas, changed: () => snapshot?.touch() });
  if (dataDir !== undefined) {
    const opened = new Snapshot(join(dataDir, SNAPSHOT_FILE), logger, () => cloud.parts);
    if (!(await opened.load())) cloud.reset({ keepRules: false });
    snapshot = opened;
  }
  const dispatcher = new Dispatcher(clock, ids, cloud.interference, cloud.calls, logger);
  const app = createServer(cloud, dispatcher, key);
  const chat = serveChatSocket(app.server, cloud.chat);
  await app.listen({ port, host: key === undefined ? '127.0.0.1' : '0.0.0.0' });
  cloud.resume();
  const { port: actualPort } = app.server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${actualPort}`,
    close: async () => {
      // Not among the server's connections any more: it would wait for them.
      chat.close();
      app.server.closeAllConnections();
      await app.close();
      cloud.stop();
      await snapshot?.close();
    },
  };
}

function createServer(cloud: Cloud, dispatcher: Dispatcher, key: string | undefined) {
  const app = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: LONGEST_PATH },
  });
  // Each protocol reads its own JSON: what is not JSON must get that protocol's error.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.get('/healthz', () => ({ status: 'ok' }));
  app.register(async (scope) => controlRoutes(scope, cloud, key), { prefix: '/_control' });
  registerAwsRoutes(app, cloud, dispatcher);
  return app;
}

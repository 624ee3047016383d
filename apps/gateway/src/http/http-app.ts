import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError, type Config, ConfigError, Ids, LOGGER, type Logger } from '#platform';
import { serveAsyncApi } from '../api-docs/asyncapi.js';
import { serveOpenApi } from '../api-docs/openapi.js';
import { ProblemFilter } from '../errors/problem.filter.js';
import { problemOf } from '../errors/problem.js';
import { PROBLEM_TYPE } from '../errors/problem.reply.js';
import { GatewayMetrics } from '../health/gateway.metrics.js';
import { SocketAdapter } from '../live/socket.adapter.js';
import { BODY_BYTES, registerBodyParser } from './body.parser.js';
import { registerConsole } from './console.pages.js';
import { ContractPipe } from './contract.pipe.js';
import { NestLogger } from './nest.logger.js';
import { identify, registerRequestHooks } from './request.hooks.js';
import type { FastifyReply, FastifyRequest } from './request.js';
import { RouteTable } from './route.table.js';
import { registerSecurityHeaders } from './security.headers.js';

// A request that takes longer to arrive is an attack or a dead line; EventBridge itself gives up after 5 s.
const REQUEST_TIMEOUT_MS = 30_000;
// Headers are a few hundred bytes: no honest line needs longer for them.
const HEADERS_TIMEOUT_MS = 10_000;
// How often Node looks for what is over its time; its own 30 s would double the times above.
const TIMEOUT_CHECK_MS = 5_000;
// Longer than any id: what is longer answers 404 as well, by its length.
const MAX_PARAM_LENGTH = 512;
const PREFLIGHT_SECONDS = 600;

/** The whole HTTP side, ready to listen: hooks first, since they apply to routes that are registered after them. */
export async function createHttpApp(config: Config, module: DynamicModule): Promise<NestFastifyApplication> {
  const onRefusal: { handle?: ErrorHandler } = {};
  const adapter = createAdapter(config, (error, request, reply) => onRefusal.handle?.(error, request, reply));
  const fastify = adapter.getInstance();
  const routes = new RouteTable();
  routes.watch(fastify as never);
  const app = await NestFactory.create<NestFastifyApplication>(withRoutes(module, routes), adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  const logger = app.get<Logger>(LOGGER);
  app.useLogger(new NestLogger(logger));
  const ids = app.get(Ids);
  const filter = new ProblemFilter(routes, logger);
  onRefusal.handle = (error, request, reply) => {
    identify(request, reply, ids);
    filter.handle(error, request, reply);
  };
  registerRequestHooks(fastify as never, ids, logger);
  registerSecurityHeaders(fastify as never);
  registerBodyParser(fastify as never);
  app.get(GatewayMetrics).watch(fastify as never);
  enableCors(app, config);
  app.useGlobalFilters(filter);
  app.useGlobalPipes(new ContractPipe());
  app.useWebSocketAdapter(new SocketAdapter(app, config));
  await registerConsole(fastify as never);
  serveOpenApi(app);
  serveAsyncApi(fastify as never);
  return app;
}

function withRoutes(module: DynamicModule, routes: RouteTable): DynamicModule {
  return { ...module, providers: [...(module.providers ?? []), { provide: RouteTable, useValue: routes }] };
}

type ErrorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) => void;

function createAdapter(config: Config, onError: ErrorHandler): FastifyAdapter {
  const { TRUST_PROXY } = config.env;
  try {
    return new FastifyAdapter({
      bodyLimit: BODY_BYTES,
      requestTimeout: REQUEST_TIMEOUT_MS,
      http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS },
      trustProxy: TRUST_PROXY === '' ? false : TRUST_PROXY,
      routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
      return503OnClosing: false,
      frameworkErrors: (error: unknown, request: unknown, reply: unknown) =>
        onError(error, request as FastifyRequest, reply as FastifyReply),
      clientErrorHandler: (_error: Error, socket: Socket) => refuseSocket(socket),
    });
  } catch (error) {
    throw new ConfigError([`TRUST_PROXY: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

function enableCors(app: NestFastifyApplication, { env }: Config): void {
  if (env.CORS_ORIGINS.length === 0) return;
  app.enableCors({
    origin: env.CORS_ORIGINS.includes('*') ? '*' : env.CORS_ORIGINS,
    methods: ['GET', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'idempotency-key', 'x-correlation-id', 'traceparent'],
    exposedHeaders: ['x-correlation-id', 'retry-after', 'idempotency-replayed'],
    maxAge: PREFLIGHT_SECONDS,
  });
}

/** What is not HTTP at all never becomes a request: the answer is written by hand. */
function refuseSocket(socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const error = new AppError('BAD_REQUEST');
  const body = JSON.stringify(problemOf(error, undefined));
  socket.end(
    `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status]}\r\nContent-Type: ${PROBLEM_TYPE}\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

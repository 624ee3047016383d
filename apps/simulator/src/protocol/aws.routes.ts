import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AwsError } from './aws.error.js';
import type { Dispatcher } from './dispatcher.js';
import type { AwsService } from './operation.js';

const TAG_OPERATIONS: Record<string, string> = {
  GET: 'ListTagsForResource',
  POST: 'TagResource',
  DELETE: 'UntagResource',
};
// Every other operation may have changed something that a restart must not lose.
const READS = /^(Get|List|Describe)/;
const TARGET_PREFIX = 'AWSEvents.';

export interface AwsServices {
  realTime: AwsService;
  chat: AwsService;
  eventBridge: AwsService;
}

/** One port speaks for every service: the paths of IVS and IVS Chat do not overlap but for tags, which the ARN decides. */
export function registerAwsRoutes(
  app: FastifyInstance,
  { services, changed }: { services: AwsServices; changed: () => void },
  dispatcher: Dispatcher,
): void {
  const answer = answering(dispatcher, changed);

  app.post('/', (request, reply) =>
    answer(request, reply, services.eventBridge, targetOf(request), () => readJson(request.body)),
  );

  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/tags/*',
    handler: (request, reply) => {
      const resourceArn = taggedArn(request);
      const service = resourceArn.startsWith('arn:aws:ivschat:') ? services.chat : services.realTime;
      const read = () => readTagInput(request, resourceArn);
      return answer(request, reply, service, TAG_OPERATIONS[request.method] ?? '', read);
    },
  });

  app.post('/:operation', (request, reply) => {
    const { operation } = request.params as { operation: string };
    const service = serviceOf(operation, request, services);
    return answer(request, reply, service, operation, () => readJson(request.body));
  });
}

function answering(dispatcher: Dispatcher, changed: () => void) {
  return (
    request: FastifyRequest,
    reply: FastifyReply,
    service: AwsService,
    operation: string,
    readInput: () => object,
  ): FastifyReply => {
    const { authorization } = request.headers;
    const { status, headers, body } = dispatcher.dispatch({ service, operation, authorization, readInput });
    if (!READS.test(operation)) changed();
    return reply
      .code(status)
      .headers(headers)
      .send(body ? JSON.stringify(body) : '');
  };
}

/** An operation that no table names is answered by the service whose signature the request has. */
function serviceOf(operation: string, request: FastifyRequest, { chat, realTime }: AwsServices): AwsService {
  if (Object.hasOwn(chat.operations, operation)) return chat;
  return /\/ivschat\/aws4_request/.test(request.headers.authorization ?? '') ? chat : realTime;
}

function targetOf(request: FastifyRequest): string {
  const target = String(request.headers['x-amz-target'] ?? '');
  return target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : target;
}

const addressOf = (request: FastifyRequest) => new URL(request.raw.url ?? '/', 'http://simulator');

const taggedArn = (request: FastifyRequest) => decode(addressOf(request).pathname.slice('/tags/'.length));

function readTagInput(request: FastifyRequest, resourceArn: string): object {
  return {
    ...(request.method === 'POST' ? readJson(request.body) : {}),
    ...(request.method === 'DELETE' ? { tagKeys: addressOf(request).searchParams.getAll('tagKeys') } : {}),
    resourceArn,
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** AWS takes null for "not given". */
function readJson(body: unknown): object {
  if (body === undefined || body === '') return {};
  try {
    const parsed: unknown = JSON.parse(String(body), (_, value) => (value === null ? undefined : value));
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Answered like JSON that is not an object.
  }
  throw new AwsError('SerializationException', 400, 'The request body is not a JSON object');
}

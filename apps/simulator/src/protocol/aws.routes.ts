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
  const answer = (
    request: FastifyRequest,
    reply: FastifyReply,
    service: AwsService,
    operation: string,
    read: () => object,
  ) => {
    const { authorization } = request.headers;
    const { status, headers, body } = dispatcher.dispatch({ service, operation, authorization, readInput: read });
    if (!READS.test(operation)) changed();
    return reply
      .code(status)
      .headers(headers)
      .send(body ? JSON.stringify(body) : '');
  };

  app.post('/', (request, reply) => {
    const target = String(request.headers['x-amz-target'] ?? '');
    const name = target.startsWith(TARGET_PREFIX) ? target.slice(TARGET_PREFIX.length) : target;
    return answer(request, reply, services.eventBridge, name, () => readJson(request.body));
  });

  app.route({
    method: ['GET', 'POST', 'DELETE'],
    url: '/tags/*',
    handler: (request, reply) => {
      const url = new URL(request.raw.url ?? '/', 'http://simulator');
      const resourceArn = decode(url.pathname.slice('/tags/'.length));
      const service = resourceArn.startsWith('arn:aws:ivschat:') ? services.chat : services.realTime;
      return answer(request, reply, service, TAG_OPERATIONS[request.method] ?? '', () => ({
        ...(request.method === 'POST' ? readJson(request.body) : {}),
        ...(request.method === 'DELETE' ? { tagKeys: url.searchParams.getAll('tagKeys') } : {}),
        resourceArn,
      }));
    },
  });

  app.post('/:operation', (request, reply) => {
    const { operation } = request.params as { operation: string };
    const isChat = Object.hasOwn(services.chat.operations, operation);
    return answer(request, reply, isChat ? services.chat : serviceOf(request, services), operation, () =>
      readJson(request.body),
    );
  });
}

/** An operation that no table names is answered by the service whose signature the request has. */
function serviceOf(request: FastifyRequest, services: AwsServices): AwsService {
  return /\/ivschat\/aws4_request/.test(request.headers.authorization ?? '') ? services.chat : services.realTime;
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

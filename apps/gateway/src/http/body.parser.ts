import type { FastifyInstance } from 'fastify';
import { AppError } from '#platform';
import type { FastifyRequest } from './request.js';

/** What ingest takes, and so the limit of every body. */
export const BODY_BYTES = 1_048_576;
// The largest JSON of ours is a session with 8 KiB of metadata.
const JSON_BYTES = 131_072;

/**
 * One parser for every content type: routes get JSON, or bytes where their config says `isRawBody`.
 * JSON must be UTF-8 (RFC 8259, section 8.1); a body without a content type is taken for JSON.
 */
export function registerBodyParser(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request: FastifyRequest, body: Buffer, done) => {
    if (request.routeOptions.config.isRawBody) return done(null, body);
    try {
      done(null, parseJson(body, request.headers['content-type']));
    } catch (error) {
      done(error as Error);
    }
  });
  // Fastify refuses a malformed content type before any parser is asked; a raw route takes that as well.
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.isRawBody) request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
}

export function parseJson(body: Buffer, contentType: string | undefined): unknown {
  if (body.length === 0) return undefined;
  if (!isJson(contentType)) throw new AppError('UNSUPPORTED_MEDIA_TYPE', 'Send `content-type: application/json`.');
  if (body.length > JSON_BYTES) throw new AppError('PAYLOAD_TOO_LARGE', `At most ${JSON_BYTES} bytes of JSON.`);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    throw new AppError('VALIDATION_FAILED', 'The body is not JSON in UTF-8.', {
      cause,
      errors: [{ pointer: '', detail: 'not JSON in UTF-8' }],
    });
  }
}

function isJson(contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  const [type = ''] = contentType.split(';');
  return /^application\/([\w.-]+\+)?json$/i.test(type.trim());
}

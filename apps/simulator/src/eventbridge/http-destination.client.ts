import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '#platform/clock';
import type { ApiDestination, Connection } from './eventbridge.repository.js';
import type { Target } from './eventbridge.schema.js';
import type { AttemptResult } from './retry.policy.js';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html
export const ANSWER_LIMIT_MS = 5_000;
const AWS_HEADERS = {
  'user-agent': 'Amazon/EventBridge/ApiDestinations',
  'content-type': 'application/json; charset=utf-8',
  range: 'bytes=0-1048575',
  connection: 'close',
};

export interface Invocation {
  destination: ApiDestination;
  connection: Connection;
  target: Target;
  body: string;
  clock: Clock;
  /** Aborted from outside: the attempt does not count. */
  call: AbortController;
}

/** One call of an API destination, with AWS's headers and the connection's. Redirects are not followed. Never rejects. */
export function invoke(invocation: Invocation): Promise<AttemptResult & { isInterrupted?: boolean }> {
  const { destination, connection, target, body, clock, call: controller } = invocation;
  const url = addressOf(destination.endpoint, target);
  const call = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    let isLate = false;
    const expire = () => {
      isLate = true;
      controller.abort();
    };
    // In real time: it bounds how fast a machine answers, whatever the pace of the show's clock.
    const cancel = clock.setTimeout(expire, ANSWER_LIMIT_MS * clock.scale);
    const fail = (error: NodeJS.ErrnoException) => {
      cancel();
      const isInterrupted = controller.signal.aborted && !isLate;
      resolve({ error: isLate ? 'ETIMEDOUT' : (error.code ?? error.name), isInterrupted });
    };
    const request = call(url, {
      method: destination.method,
      agent: false,
      signal: controller.signal,
      headers: headersOf(connection, target, body),
    });
    request.on('error', fail);
    request.on('response', (response) => {
      const retryAfter = response.headers['retry-after'];
      response.resume();
      response.on('error', fail);
      response.on('end', () => {
        cancel();
        resolve({ status: response.statusCode, retryAfter });
      });
    });
    request.end(body);
  });
}

function headersOf(connection: Connection, target: Target, body: string) {
  return {
    ...target.HttpParameters?.HeaderParameters,
    ...AWS_HEADERS,
    [connection.apiKeyName]: connection.apiKeyValue,
    'content-length': Buffer.byteLength(body),
  };
}

function addressOf(endpoint: string, target: Target): URL {
  const { PathParameterValues = [], QueryStringParameters = {} } = target.HttpParameters ?? {};
  const values = [...PathParameterValues];
  const url = new URL(endpoint.replaceAll('*', () => encodeURIComponent(values.shift() ?? '*')));
  for (const [name, value] of Object.entries(QueryStringParameters)) url.searchParams.set(name, value);
  return url;
}

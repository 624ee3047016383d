import type { IncomingHttpHeaders } from 'node:http';

const WELL_FORMED = /^[A-Za-z0-9._-]{1,128}$/;
// W3C Trace Context, level 1: version, trace id, parent id, flags. An id of zeros only is invalid.
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-|$)/;

/** The id that a caller gave its request, if it is one: it ends in logs and in other people's answers. */
export function correlationIdFrom(headers: IncomingHttpHeaders): string | undefined {
  const given = headers['x-correlation-id'];
  if (typeof given === 'string' && WELL_FORMED.test(given)) return given;
  const { traceparent } = headers;
  return typeof traceparent === 'string' ? TRACEPARENT.exec(traceparent)?.[1] : undefined;
}

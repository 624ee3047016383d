// A part that died is back within some seconds.
const RETRY_FOR_MS = 10_000;
const RETRY_EVERY_MS = 200;
const UNAVAILABLE = 503;

/**
 * One JSON call, as an app makes it: whoever cannot be reached or answers 503 is asked again for ten seconds.
 * @throws with the answer's text when the status is not 2xx
 */
export async function call<T>(method: string, url: string, body?: unknown, bearer?: string): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += RETRY_EVERY_MS) {
    const response = await send(method, url, body, bearer).catch((error: Error) => error);
    const isGone = response instanceof Error || response.status === UNAVAILABLE;
    if (!isGone || waitedMs >= RETRY_FOR_MS) return read<T>(method, url, response);
    await new Promise((resolve) => setTimeout(resolve, RETRY_EVERY_MS));
  }
}

function send(method: string, url: string, body: unknown, bearer: string | undefined): Promise<Response> {
  return fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function read<T>(method: string, url: string, response: Response | Error): Promise<T> {
  if (response instanceof Error) throw new Error(`${method} ${url} cannot be reached`, { cause: response });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

const STEP_MS = 50;

/** Polls until `check` gives something. @throws after `timeoutMs`, naming what it waited for */
export async function until<T>(
  what: string,
  timeoutMs: number,
  check: () => Promise<T | undefined> | T | undefined,
): Promise<T> {
  for (let waitedMs = 0; waitedMs <= timeoutMs; waitedMs += STEP_MS) {
    const found = await check();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
  throw new Error(`waited ${timeoutMs / 1000} s in vain for: ${what}`);
}

/** One JSON call. @throws with the answer's text when the status is not 2xx */
export async function call<T>(method: string, url: string, body?: unknown, bearer?: string): Promise<T> {
  const response = await fetch(url, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
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

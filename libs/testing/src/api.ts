/** One answer, with its body read: JSON where it is JSON. */
export interface Answer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

export interface CallOptions {
  headers?: Record<string, string>;
  /** Instead of a JSON body: exactly these bytes. */
  raw?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

/** Calls the gateway or the simulator as an outsider does. An answer of any status is an answer. */
export class Api {
  constructor(
    readonly baseUrl: string,
    private readonly bearer?: string,
  ) {}

  /** The same service, called with somebody else's token. */
  as(bearer: string | undefined): Api {
    return new Api(this.baseUrl, bearer);
  }

  get = <T>(path: string, options?: CallOptions) => this.call<T>('GET', path, undefined, options);
  post = <T>(path: string, body?: unknown, options?: CallOptions) => this.call<T>('POST', path, body, options);
  put = <T>(path: string, body?: unknown, options?: CallOptions) => this.call<T>('PUT', path, body, options);
  delete = <T>(path: string, options?: CallOptions) => this.call<T>('DELETE', path, undefined, options);

  async call<T>(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer<T>> {
    const hasBody = body !== undefined || options.raw !== undefined;
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: {
        ...(this.bearer ? { authorization: `Bearer ${this.bearer}` } : {}),
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...options.headers,
      },
      ...(hasBody ? { body: options.raw ?? JSON.stringify(body) } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const text = await response.text();
    const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: (isJson ? JSON.parse(text) : text) as T };
  }

  /** @returns the body. @throws with the whole answer when the status is not 2xx */
  async expect<T>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<T> {
    const answer = await this.call<T>(method, path, body, options);
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer.body;
  }
}

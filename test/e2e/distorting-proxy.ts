import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CloudAnswer {
  status: number;
  headers: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever an operation answers, to be bent out of shape
  body: any;
}
export type Distortion = (answer: CloudAnswer) => void;

const PASSED_HEADERS = ['content-type', 'x-amzn-errortype', 'x-amzn-requestid'];

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** Stands between a client and the simulator, and makes one operation's answers other than AWS's. */
export class DistortingProxy {
  private operation = '';
  private distort: Distortion = () => undefined;
  private constructor(
    private readonly target: string,
    private readonly server: Server,
  ) {}

  static async start(target: string): Promise<DistortingProxy> {
    const server = createServer();
    const proxy = new DistortingProxy(target, server);
    server.on('request', async (request, response) => {
      const { status, headers, body } = await proxy.pass(request);
      response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** @param operation the first part of the path: its name for IVS, `tags`, or empty for EventBridge */
  answer(operation: string, distort: Distortion): void {
    this.operation = operation;
    this.distort = distort;
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async pass(request: IncomingMessage): Promise<CloudAnswer> {
    const { method = 'GET', url = '/', headers } = request;
    const text = await bodyOf(request);
    const { host: _host, connection: _connection, 'content-length': _length, ...passed } = headers;
    const answer = await fetch(this.target + url, {
      method,
      headers: passed as Record<string, string>,
      ...(text === '' ? {} : { body: text }),
    });
    const received = await answer.text();
    const result: CloudAnswer = {
      status: answer.status,
      headers: Object.fromEntries(PASSED_HEADERS.map((name) => [name, answer.headers.get(name) ?? ''])),
      body: received === '' ? undefined : JSON.parse(received),
    };
    if (!result.headers['x-amzn-errortype']) delete result.headers['x-amzn-errortype'];
    if (url.split('/')[1] === this.operation) this.distort(result);
    return result;
  }
}

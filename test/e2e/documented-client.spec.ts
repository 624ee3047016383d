import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Stack, startStack, until } from '#testing';

const ROOT = path.resolve(import.meta.dirname, '../..');

describe('the client of docs/live-client.md', () => {
  let stack: Stack;
  let client: ChildProcess | undefined;

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(async () => {
    client?.kill();
    await stack.stop();
  });

  it('runs as it stands there, and folds the log into the state', async () => {
    const { body: session } = await stack.api.post<{ id: string }>('/v1/sessions', { name: 'Doc', hostUserId: 'ana' });
    const { body: ana } = await stack.api.post<{ token: string }>('/v1/access-tokens', { userId: 'ana', role: 'host' });
    const sample = /```js\n(?<code>.+?)```/s.exec(await readFile(path.join(ROOT, 'docs/live-client.md'), 'utf8'));
    // Its own words, and a look at what it holds when it hears of the end.
    const look = `socket.on('event', () => state.session.status === 'ended' && console.log('ended at', seq, state.seq));`;
    let said = '';
    client = spawn(process.execPath, ['--input-type=module', '--eval', `${sample?.groups?.code}\n${look}`], {
      cwd: ROOT,
      env: { ...process.env, GATEWAY: stack.gatewayUrl, TOKEN: ana.token, SESSION: session.id },
    });
    for (const stream of [client.stdout, client.stderr]) stream?.on('data', (data) => (said += data));
    await until(async () => {
      const { body } = await stack.api.get<{ audience: { watching: number } }>(`/v1/sessions/${session.id}`);
      return body.audience.watching === 1;
    });
    await stack.api.post(`/v1/sessions/${session.id}/end`, {});
    await until(() => said.includes('ended at'));
    expect(said).toBe('2 session.ended\nended at 2 1\n');
  });
});

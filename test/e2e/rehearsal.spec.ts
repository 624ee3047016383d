import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeProfiles, type Stack, startStack } from '#testing';

const LIMIT_MS = 90_000;

interface Ended {
  code: number | string;
  output: string;
}

/** As in a second terminal: with nothing but the data folder. */
function rehearse(dataDir: string): Promise<Ended> {
  const env = { PATH: process.env.PATH, STAGEDOOR_DATA_DIR: dataDir };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ['dist/apps/rehearsal/src/main.js'],
      { env, timeout: LIMIT_MS },
      (error, stdout, stderr) =>
        resolve({ code: error ? (error.code ?? String(error.signal)) : 0, output: stdout + stderr }),
    );
  });
}

/** What `npm start` writes. */
const announce = (
  { gatewayUrl: gateway, simulatorUrl: simulator, apiKey: own }: Stack,
  dataDir: string,
  apiKey = own,
) => writeFile(path.join(dataDir, 'ready.json'), JSON.stringify({ gateway, simulator, apiKey }));

describeProfiles('npm run rehearsal', (profile) => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({ profile });
    await announce(stack, stack.dataDir);
  }, LIMIT_MS);
  afterAll(() => stack.stop());

  it(
    'plays a show under chaos, prints its timeline, and finds that everything held',
    async () => {
      const { code, output } = await rehearse(stack.dataDir);
      expect(output).toContain('Verdict:');
      expect(output).not.toMatch(/^ {2}NO /m);
      expect(output.match(/^ {2}yes /gm)?.length).toBeGreaterThanOrEqual(7);
      for (const type of ['session.started', 'participant.published', 'participant.unpublished', 'session.ended']) {
        expect(output).toContain(type);
      }
      expect(code).toBe(0);
    },
    LIMIT_MS,
  );

  it('says what was answered, and exits non-zero, when it is not let in', async () => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'stagedoor-rehearsal-'));
    await announce(stack, dataDir, 'a-wrong-key');
    const { code, output } = await rehearse(dataDir);
    await rm(dataDir, { recursive: true });
    expect(code).toBe(1);
    expect(output).toMatch(/could not be played: .* answered 401: .*UNAUTHENTICATED/);
  });
});

describe('npm run rehearsal without anything to play against', () => {
  let dataDir: string;

  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'stagedoor-rehearsal-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  it('says what to start, and exits non-zero', async () => {
    const { code, output } = await rehearse(dataDir);
    expect(code).toBe(1);
    expect(output).toContain('npm start');
  });

  it('says so when what is written there runs no more', async () => {
    const gone = { gateway: 'http://127.0.0.1:1', simulator: 'http://127.0.0.1:1', apiKey: 'key' };
    await writeFile(path.join(dataDir, 'ready.json'), JSON.stringify(gone));
    const { code, output } = await rehearse(dataDir);
    expect(code).toBe(1);
    expect(output).toMatch(/could not be played: .*127\.0\.0\.1:1/);
  });
});

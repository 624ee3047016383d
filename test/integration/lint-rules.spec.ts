import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const CALLS = ['Date.now()', 'new Date()', 'Math.random()', 'randomUUID()', 'crypto.randomUUID()'];
const SOURCE = ['process.env.PORT', 'new Date(5)', ...CALLS]
  .map((found, i) => `export const x${i} = ${found};\n`)
  .join('');

describe('the lint rules of this project', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'stagedoor-lint-'));
    for (const file of ['biome.json', 'lint']) cpSync(file, path.join(folder, file), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['libs/chat/src/a.ts', 2],
    ['apps/cli/src/a.ts', 2],
    ['libs/platform/src/aws/a.ts', 0],
  ])('let only those who wait for the quota make AWS clients: %s', (file, count) => {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(
      path.join(folder, file),
      'export const a = [new IvschatClient({}), new IVSRealTimeClient({ b: 1 })];\n',
    );
    const { stdout } = spawnSync(path.resolve('node_modules/.bin/biome'), ['lint', '--reporter=github', file], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout.match(/inject AwsClients/g) ?? []).toHaveLength(count);
  });

  /** @returns what is refused in a source of that path that does everything that is refused somewhere */
  const refused = (file: string) => {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), SOURCE);
    const { stdout } = spawnSync(path.resolve('node_modules/.bin/biome'), ['lint', '--reporter=github', file], {
      cwd: folder,
      encoding: 'utf8',
    });
    return stdout.match(/inject \w+/g) ?? [];
  };

  it.each(['apps/gateway/src/a.ts', 'libs/sessions/src/a.ts', 'libs/platform/src/work/a.ts'])(
    'refuse time, randomness and the environment in %s',
    (file) => {
      expect(refused(file).sort()).toEqual(
        ['Clock', 'Clock', 'Config', 'Ids', 'Ids', 'Ids'].map((it) => `inject ${it}`),
      );
    },
  );

  it.each(['libs/platform/src/clock.ts', 'libs/platform/src/ids.ts'])('leave time and randomness to %s', (file) => {
    expect(refused(file)).toEqual(['inject Config']);
  });

  it('leave the environment to the start of a process', () => {
    expect(refused('apps/gateway/src/main.ts')).not.toContain('inject Config');
  });

  it.each(['libs/sessions/src/a.spec.ts', 'libs/testing/src/a.ts'])('leave all of it to %s', (file) => {
    expect(refused(file)).toEqual([]);
  });
});

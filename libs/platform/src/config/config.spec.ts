import { ConfigError, loadConfig, type ProcessName } from './config.js';

const SECRET = 'a-secret-of-enough-length';
const GATEWAY = {
  DATABASE_URL: 'postgresql://127.0.0.1/stagedoor',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:3050',
  STAGEDOOR_API_KEY: SECRET,
  STAGEDOOR_INGEST_KEY: SECRET,
  STAGEDOOR_REVIEW_KEY: SECRET,
  STAGEDOOR_JWT_SECRET: SECRET,
};

function problemsOf(process: ProcessName, source: Record<string, string>): string[] {
  try {
    loadConfig(process, source);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const names = (problems: string[]) => problems.map((problem) => problem.split(':')[0]);

describe('the configuration', () => {
  it('needs nothing for the launcher', () => {
    expect(problemsOf('launcher', {})).toEqual([]);
  });

  it('reports every bad and every missing variable at once', () => {
    const problems = problemsOf('gateway', {
      ...GATEWAY,
      DATABASE_URL: '',
      PORT: '70000',
      REDIS_URL: 'http://127.0.0.1',
      STAGEDOOR_INGEST_KEY: 'short',
      LOG_LEVEL: 'loud',
      AWS_MODE: 'azure',
    });
    expect(names(problems)).toEqual(
      expect.arrayContaining(['AWS_MODE', 'DATABASE_URL', 'LOG_LEVEL', 'PORT', 'REDIS_URL', 'STAGEDOOR_INGEST_KEY']),
    );
  });

  it('takes an empty value for one that is not set', () => {
    expect(loadConfig('gateway', { ...GATEWAY, PORT: '', REDIS_URL: '' }).env).toMatchObject({ PORT: 3000 });
  });

  it('takes a pair of keys while they are rotated, and no third', () => {
    const config = loadConfig('gateway', { ...GATEWAY, STAGEDOOR_API_KEY: `${SECRET}-new, ${SECRET}-old` });
    expect(config.env.STAGEDOOR_API_KEY).toEqual([`${SECRET}-new`, `${SECRET}-old`]);
    expect(config.firstOf('STAGEDOOR_API_KEY')).toBe(`${SECRET}-new`);
    expect(names(problemsOf('gateway', { ...GATEWAY, STAGEDOOR_API_KEY: [1, 2, 3].map(() => SECRET).join() }))).toEqual(
      ['STAGEDOOR_API_KEY'],
    );
  });

  it('takes several Redis nodes for a Cluster', () => {
    const config = loadConfig('gateway', { ...GATEWAY, REDIS_URL: 'redis://a:1,rediss://b:2' });
    expect(config.env.REDIS_URL).toEqual(['redis://a:1', 'rediss://b:2']);
  });

  it('migrates and listens past a pooler where there is one', () => {
    expect(loadConfig('gateway', GATEWAY).databaseDirectUrl).toBe(GATEWAY.DATABASE_URL);
    const direct = 'postgresql://127.0.0.1:5433/stagedoor';
    expect(loadConfig('gateway', { ...GATEWAY, DATABASE_DIRECT_URL: direct }).databaseDirectUrl).toBe(direct);
  });

  it('guesses nothing in production', () => {
    const problems = problemsOf('gateway', { NODE_ENV: 'production' });
    expect(names(problems)).toEqual(
      expect.arrayContaining([
        'AWS_MODE',
        'DATABASE_URL',
        'PUBLIC_URL',
        'STAGEDOOR_API_KEY',
        'STAGEDOOR_INGEST_KEY',
        'STAGEDOOR_JWT_SECRET',
        'STAGEDOOR_REVIEW_KEY',
      ]),
    );
    expect(names(problemsOf('worker', { NODE_ENV: 'production' }))).toEqual(
      expect.arrayContaining(['AWS_MODE', 'DATABASE_URL']),
    );
  });

  it('refuses scaled time in production', () => {
    const production = {
      ...GATEWAY,
      NODE_ENV: 'production',
      AWS_MODE: 'aws',
      PUBLIC_URL: 'https://live.example.com',
      STAGEDOOR_CLOCK_SCALE: '10',
    };
    expect(names(problemsOf('gateway', production))).toEqual(['STAGEDOOR_CLOCK_SCALE']);
  });

  it('asks where the simulator is, but only when it is to be used', () => {
    const { AWS_ENDPOINT_URL, ...rest } = GATEWAY;
    expect(names(problemsOf('gateway', rest))).toEqual(['AWS_ENDPOINT_URL']);
    expect(problemsOf('gateway', { ...rest, AWS_MODE: 'aws' })).toEqual([]);
    expect(AWS_ENDPOINT_URL).toBeDefined();
  });
});

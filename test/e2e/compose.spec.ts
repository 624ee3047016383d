import { Child } from '#platform/process/child';
import { Api, createDatabase, redisUrl, type Stack, startStack, type TestDatabase } from '#testing';
import { environmentOf, readCompose, serviceOf } from '../compose.file.js';

const SECRET = 'a-secret-for-the-compose-file';
const GIVEN = {
  POSTGRES_PASSWORD: 'postgres',
  AWS_MODE: 'simulator',
  STAGEDOOR_API_KEY: SECRET,
  STAGEDOOR_INGEST_KEY: SECRET,
  STAGEDOOR_REVIEW_KEY: SECRET,
  STAGEDOOR_JWT_SECRET: SECRET,
};
const withRedis = process.env.TEST_REDIS_URL ? describe : describe.skip;

withRedis('with exactly the variables of docker-compose.yml (redis)', () => {
  let cloud: Stack;
  let database: TestDatabase;
  const children: Child[] = [];

  beforeAll(async () => {
    [cloud, database] = await Promise.all([startStack({ workers: 0, gateways: 0 }), createDatabase()]);
  });
  afterAll(async () => {
    await Promise.all(children.map((child) => child.stop(11_000)));
    await Promise.all([cloud.stop(), database.drop()]);
  });

  /** The hosts' names are the compose network's; everything else is taken as it stands. */
  const start = (name: 'gateway' | 'worker', replaced: Record<string, string>) => {
    const variables = environmentOf(serviceOf(readCompose(), name), { ...GIVEN, AWS_ENDPOINT_URL: cloud.simulatorUrl });
    const child = new Child({
      name,
      entry: `dist/apps/${name}/src/main.js`,
      cwd: process.cwd(),
      env: { PATH: process.env.PATH, ...variables, DATABASE_URL: database.url, REDIS_URL: redisUrl(), ...replaced },
      onLine: () => undefined,
    });
    children.push(child);
    return child.ready;
  };

  it('gateway and worker start in production and serve', async () => {
    const [url] = await Promise.all([start('gateway', { PORT: '0', HOST: '127.0.0.1' }), start('worker', {})]);
    const api = new Api(url ?? '', SECRET);
    expect((await api.get('/readyz')).status).toBe(200);
    const { status, body } = await api.post<{ id: string }>('/v1/sessions', { name: 'Composed' });
    expect(status).toBe(201);
    expect((await api.post(`/v1/sessions/${body.id}/end`)).status).toBe(202);
  });

  it('refuse to start without a secret, and name it', () => {
    const { STAGEDOOR_JWT_SECRET, ...rest } = GIVEN;
    expect(() => environmentOf(serviceOf(readCompose(), 'gateway'), rest)).toThrow('STAGEDOOR_JWT_SECRET');
    expect(STAGEDOOR_JWT_SECRET).toBe(SECRET);
  });
});

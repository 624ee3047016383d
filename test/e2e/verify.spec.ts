import { spawn } from 'node:child_process';
import { Ids, SystemClock } from '#platform';
import { startSimulator } from '../../apps/simulator/src/simulator.js';
import { CHECKS, UNTESTABLE } from '../../apps/verify/src/checks/checks.js';
import { type Report, verify } from '../../apps/verify/src/verify.js';

const REGION = 'us-west-2';

/** A cloud with AWS's default quotas, and the means to change its mind. */
async function startAws() {
  const clock = new SystemClock();
  const simulator = await startSimulator({ clock });
  const control = async (method: string, path: string, body?: object) => {
    const init = body ? { body: JSON.stringify(body) } : {};
    const response = await fetch(`${simulator.url}/_control${path}`, { method, ...init });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return (response.status === 204 ? {} : await response.json()) as Record<string, unknown[]>;
  };
  const ask = (only: string[]) => verify({ region: REGION, endpoint: simulator.url, clock, ids: new Ids(), only });
  return { ...simulator, control, ask };
}
type Aws = Awaited<ReturnType<typeof startAws>>;

const statuses = ({ findings }: Report) => Object.fromEntries(findings.map(({ name, status }) => [name, status]));

async function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['dist/apps/verify/src/main.js', ...args], {
    // Not this machine's own account, nor that of the machine's host.
    env: {
      PATH: process.env.PATH,
      HOME: '/nonexistent',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      // A .env file of the checkout does not overrule what is set, and an empty variable is set.
      AWS_MODE: '',
      AWS_ENDPOINT_URL: '',
      AWS_ACCESS_KEY_ID: '',
      AWS_SECRET_ACCESS_KEY: '',
      AWS_PROFILE: '',
      ...env,
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, output };
}

describe('npm run verify:aws', () => {
  let aws: Aws;
  beforeEach(async () => {
    aws = await startAws();
  });
  afterEach(() => aws.close());

  it('confirms everything that the simulator assumes, says why the rest cannot be asked, and leaves nothing', async () => {
    const { code, output } = await run([`--simulator=${aws.url}`]);
    expect(output).not.toMatch(/^refuted/m);
    const confirmed = output.match(/^confirmed +\S+:/gm)?.map((line) => line.replace(/^confirmed +(\S+):$/, '$1'));
    expect(confirmed).toEqual(CHECKS.map(({ name }) => name));
    const untestable = output.match(/^not testable here +\S+:.*\n +why: .+$/gm);
    expect(untestable).toHaveLength(UNTESTABLE.length);
    expect(output).toMatch(new RegExp(`${CHECKS.length} confirmed, 0 refuted, ${UNTESTABLE.length} not testable here`));
    expect(code).toBe(0);
    const state = await aws.control('GET', '/state');
    expect(state).toMatchObject({ stages: [], rooms: [], ingestConfigurations: [] });
  }, 90_000);

  it.each([
    ['disconnectOfAbsent', 'ok', 'refuted'],
    ['listOfMissing', 'not_found', 'refuted'],
    ['emptyCapabilitiesMeanAll', false, 'refuted'],
    ['realTimeThrottlingStatus', 429, 'refuted'],
    ['enforceTps', false, 'refuted'],
    ['participantEventOrder', 'oldest_first', 'not testable here'],
  ])('finds out about %s being %j: %s', async (assumption, value, expected) => {
    const name = `assumption.${assumption}`;
    await aws.control('PUT', '/assumptions', { [assumption]: value });
    expect(statuses(await aws.ask([name]))).toEqual({ [name]: expected });
  });

  it('does not take a refusal of the caller for an answer', async () => {
    await aws.control('PUT', '/fail', { operation: 'GetStage', code: 'AccessDeniedException', times: 100 });
    const { findings } = await aws.ask(['errors.stage.get']);
    expect(findings).toMatchObject([{ status: 'not testable here', detail: expect.stringContaining('AccessDenied') }]);
  });

  it('waits out throttling that it did not ask for', async () => {
    await aws.control('PUT', '/fail', { operation: 'GetStage', code: 'ThrottlingException', times: 1 });
    expect(statuses(await aws.ask(['errors.stage.get']))).toEqual({ 'errors.stage.get': 'confirmed' });
  });

  it('names what it could not delete', async () => {
    await aws.control('PUT', '/fail', { operation: 'DeleteRoom', code: 'ConflictException', times: 100 });
    const { code, output } = await run([`--simulator=${aws.url}`, '--only=chat.room.defaults']);
    expect(output).toMatch(
      /could not be deleted:\n +arn:aws:ivschat:us-west-2:123456789012:room\/\w+: ConflictException/,
    );
    expect(code).toBe(1);
  });

  it('tags all that it makes with its run', async () => {
    await aws.ask(['stage.arn', 'chat.room.defaults', 'keys.life', 'ingest.shape']);
    const { calls } = await aws.control('GET', '/calls');
    const made = (calls as { operation: string; parameters: { tags?: object } }[]).filter(({ operation }) =>
      /^(Create(Stage|Room|Ingest)|Import)/.test(operation),
    );
    expect(new Set(made.map(({ operation }) => operation)).size).toBe(4);
    for (const { parameters } of made)
      expect(parameters.tags).toMatchObject({ 'stagedoor-verify': expect.any(String) });
  });
});

describe('npm run verify:aws without anyone who answers', () => {
  it('confirms nothing and fails', async () => {
    const { code, output } = await run(['--simulator=http://127.0.0.1:1', '--only=stage.arn']);
    expect(output).toMatch(/^not testable here +stage\.arn: .*\n +why: .*ECONNREFUSED/m);
    expect(code).toBe(2);
  });
});

describe('npm run verify:aws refuses', () => {
  const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };
  it.each([
    ['without AWS_MODE=aws', ['--yes'], {}, 'AWS_MODE is not aws'],
    ['without --yes', [], { AWS_MODE: 'aws', ...KEYS }, 'Say --yes'],
    ['without credentials', ['--yes'], { AWS_MODE: 'aws' }, 'There are no AWS credentials'],
    [
      'when sent elsewhere',
      ['--yes'],
      { AWS_MODE: 'aws', AWS_ENDPOINT_URL: 'http://127.0.0.1:1', ...KEYS },
      'elsewhere',
    ],
    ['an unknown option', ['--force'], {}, '"--force" is not an option'],
    ['a --yes with a value', ['--yes=no'], {}, '"--yes=no" is not an option'],
    ['a check that is not there', ['--only=weather', '--simulator=http://127.0.0.1:1'], {}, 'no check begins'],
    ['a simulator that is no address', ['--simulator=here'], {}, 'is not an address'],
  ])('%s, and says what it would do', async (_, args, env, message) => {
    const { code, output } = await run(args, env);
    expect(output).toContain(message);
    expect(output).toContain('under a dollar');
    expect(code).toBe(2);
  });
});

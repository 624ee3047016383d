import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Env, loadConfig, SystemClock } from '#platform';
import { provisionEventBridge, SIMULATOR_ROLE_ARN } from '#platform/aws/eventbridge.provision';
import { Child, type Exit } from '#platform/process/child';
import { provisionKeys } from '#sessions/tokens/provision-keys';
import { Api } from './api.js';
import { createDatabase } from './database.js';
import { LiveClient } from './live-client.js';
import { silentLogger } from './logger.js';
import { type Profile, profileVariables } from './profiles.js';
import { PLENTY_VARIABLE } from './quotas.js';

export interface StackOptions {
  profile?: Profile;
  gateways?: number;
  workers?: number;
  /** Rehearsal time; 1 when left out. */
  clockScale?: number;
  /** AWS's real quotas, in the simulator and in our budget; by default no test waits for them. */
  hasRealQuotas?: boolean;
  /** For every process, over what the stack sets itself. */
  env?: Record<string, string>;
}

/** `gateway`, `worker`, `simulator`; the second ones are `gateway-2`, `worker-2`. */
export type ProcessName = string;
type App = 'simulator' | 'worker' | 'gateway';
// A drain takes up to 10 s.
const STOP_LIMIT_MS = 11_000;

interface Part {
  app: App;
  child: Child | undefined;
  url: string | undefined;
  lines: string[];
}

/** Real processes of the built product on a database of their own. `stop` it in afterAll. */
export class Stack {
  private readonly parts = new Map<ProcessName, Part>();

  constructor(
    readonly databaseUrl: string,
    readonly dataDir: string,
    private variables: Record<string, string>,
    private readonly drop: () => Promise<void>,
  ) {}

  get apiKey(): string {
    return this.variables.STAGEDOOR_API_KEY ?? '';
  }

  get ingestKey(): string {
    return this.variables.STAGEDOOR_INGEST_KEY ?? '';
  }

  get gatewayUrl(): string {
    return this.urlOf('gateway');
  }

  get simulatorUrl(): string {
    return this.urlOf('simulator');
  }

  /** The first gateway, called with the API key. */
  get api(): Api {
    return new Api(this.gatewayUrl, this.apiKey);
  }

  /** The simulator, for its controls. */
  get cloud(): Api {
    return new Api(this.simulatorUrl);
  }

  /** The environment that its processes run with; for one that a test starts itself. */
  get env(): Readonly<Record<string, string>> {
    return this.variables;
  }

  urlOf(name: ProcessName): string {
    const { url } = this.part(name);
    if (!url) throw new Error(`${name} does not run`);
    return url;
  }

  /** For looking at its memory, and for pinning it to a core. */
  pidOf(name: ProcessName): number {
    const pid = this.part(name).child?.pid;
    if (pid === undefined) throw new Error(`${name} does not run`);
    return pid;
  }

  /** A connected socket client of that gateway. */
  connect(token: string, gateway: ProcessName = 'gateway'): Promise<LiveClient> {
    return new LiveClient(this.urlOf(gateway), token).connect();
  }

  /** What the process has printed in all its lives. */
  logs(name: ProcessName): readonly string[] {
    return this.part(name).lines;
  }

  /** @returns how it ended */
  async kill(name: ProcessName, signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    const { child } = this.part(name);
    if (!child) throw new Error(`${name} does not run`);
    child.kill(signal);
    return child.exited;
  }

  /** For signals that end nothing: SIGSTOP, SIGCONT. */
  signal(name: ProcessName, signal: NodeJS.Signals): void {
    this.part(name).child?.kill(signal);
  }

  /** It stops answering and keeps its connections, as behind a broken network, until `thaw`. */
  freeze(name: ProcessName): void {
    this.part(name).child?.kill('SIGSTOP');
  }

  thaw(name: ProcessName): void {
    this.part(name).child?.kill('SIGCONT');
  }

  /** Starts it (again), on the port that it had. @throws NotReadyError */
  async start(name: ProcessName, env: Record<string, string> = {}): Promise<void> {
    const app = name.split('-')[0] as App;
    const part = this.parts.get(name) ?? { app, child: undefined, url: undefined, lines: [] };
    this.parts.set(name, part);
    const port = part.url ? new URL(part.url).port : '0';
    part.child = new Child({
      name,
      entry: `dist/apps/${app}/src/main.js`,
      cwd: process.cwd(),
      env: { ...this.variables, PORT: port, SIMULATOR_PORT: port, ...env },
      onLine: (line) => part.lines.push(line),
    });
    part.url = await part.child.ready;
    if (app === 'simulator') this.variables = { ...this.variables, AWS_ENDPOINT_URL: this.simulatorUrl };
  }

  async restart(name: ProcessName, env?: Record<string, string>): Promise<void> {
    await this.kill(name);
    await this.start(name, env);
  }

  /** Points the simulator's EventBridge at the first gateway and gives it a key pair, as `npm start` does. */
  async provision(): Promise<void> {
    const config = loadConfig('gateway', this.variables);
    const ingestUrl = `${this.gatewayUrl}/v1/ingest/eventbridge`;
    for (const region of config.regions) {
      await provisionEventBridge(config, region, {
        ingestUrl,
        ingestKey: this.ingestKey,
        roleArn: SIMULATOR_ROLE_ARN,
      });
    }
    await provisionKeys(config, silentLogger);
  }

  async stop(): Promise<void> {
    const stopped = async (app: App) => {
      const parts = [...this.parts.values()].filter((part) => part.app === app);
      await Promise.all(parts.map((part) => part.child?.stop(STOP_LIMIT_MS)));
    };
    await Promise.all([stopped('gateway'), stopped('worker')]);
    await stopped('simulator');
    await this.drop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  private part(name: ProcessName): Part {
    const part = this.parts.get(name);
    if (!part) throw new Error(`there is no ${name} in this stack: ${[...this.parts.keys()].join(', ')}`);
    return part;
  }
}

/** Everything of the product, ready and provisioned. Needs `npm run build` and `npm test`'s servers. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { profile = 'postgres', gateways = 1, workers = 1, clockScale = 1, env = {} } = options;
  const [database, dataDir] = await Promise.all([createDatabase(), mkdtemp(path.join(tmpdir(), 'stagedoor-stack-'))]);
  const variables = {
    ...emptyEnvironment(),
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    STAGEDOOR_DATA_DIR: dataDir,
    STAGEDOOR_API_KEY: secret('api'),
    STAGEDOOR_INGEST_KEY: secret('ingest'),
    STAGEDOOR_REVIEW_KEY: secret('review'),
    STAGEDOOR_JWT_SECRET: secret('jwt'),
    STAGEDOOR_MASTER_KEY: secret('master'),
    STAGEDOOR_CLOCK_SCALE: String(clockScale),
    STAGEDOOR_CLOCK_ORIGIN: String(new SystemClock().nowMs()),
    ...(options.hasRealQuotas ? {} : { AWS_QUOTAS: PLENTY_VARIABLE }),
    ...profileVariables(profile),
    ...env,
  };
  const stack = new Stack(database.url, dataDir, variables, database.drop);
  try {
    await stack.start('simulator');
    await Promise.all([...names('worker', workers), ...names('gateway', gateways)].map((name) => stack.start(name)));
    if (gateways > 0) await stack.provision();
    return stack;
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

const names = (app: App, count: number) =>
  Array.from({ length: count }, (_, index) => (index === 0 ? app : `${app}-${index + 1}`));

/** Every variable of ours set to "the default": neither a developer's shell nor a `.env` file reaches a test. */
function emptyEnvironment(): Record<string, string> {
  const empty = Object.fromEntries(Object.keys(Env.shape).map((name) => [name, '']));
  return { ...empty, PATH: process.env.PATH ?? '', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' };
}

const secret = (name: string) => `test-${name}-${randomBytes(12).toString('hex')}`;

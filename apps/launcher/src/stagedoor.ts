import type { Server } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { provisionEventBridge, SIMULATOR_ROLE_ARN } from '#platform/aws/eventbridge.provision';
import { Config, loadConfig } from '#platform/config/config';
import type { Environment } from '#platform/config/environment';
import { isPortFree } from '#platform/process/ports';
import { Supervisor } from '#platform/process/supervisor';
import type { Ready } from './banner.js';
import { logTo } from './console-log.js';
import { DataFolder } from './data-folder.js';
import { LaunchError } from './launch.error.js';
import { RunningProcesses, stopLeftovers } from './leftovers.js';
import { lock } from './lock.js';
import { startEmbeddedPostgres } from './postgres/embedded-postgres.js';
import { readSecrets, type Secrets } from './secrets.js';
import { checkVariables, commonVariables, KEPT_FILE, type Kept, keep } from './variables.js';

type AppName = 'simulator' | 'worker' | 'gateway';
/** Known only when the parts that they name run; any value that passes stands in until then. */
const STAND_INS = {
  DATABASE_URL: 'postgresql://127.0.0.1/stagedoor',
  AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
};
const INGEST_PATH = '/v1/ingest/eventbridge';

/** All of Stagedoor on this machine. `start` once, `stop` at any time, also while it starts. */
export class Stagedoor {
  readonly folder: DataFolder;
  private readonly config: Config;
  private readonly running: RunningProcesses;
  private readonly supervisors: Partial<Record<AppName, Supervisor>> = {};
  private lock: Server | undefined;
  private variables: Environment = {};
  private embedded: ReturnType<typeof startEmbeddedPostgres> | undefined;
  private isStopping = false;
  private ingestUrl: string | undefined;

  /**
   * @param root the checkout, with dist/ and scripts/
   * @throws ConfigError with every bad variable
   */
  constructor(
    private readonly given: Environment,
    private readonly root: string,
    private readonly show: (line: string) => void,
  ) {
    this.config = loadConfig('launcher', given);
    this.folder = new DataFolder(this.config.env.STAGEDOOR_DATA_DIR);
    this.running = new RunningProcesses(this.folder);
  }

  get database(): string {
    return this.embedded ? 'embedded Postgres' : 'DATABASE_URL';
  }

  /** @returns when everything serves. @throws LaunchError, ConfigError, NotReadyError */
  async start(): Promise<Ready> {
    await this.folder.open();
    this.lock = await lock(this.folder.path);
    await stopLeftovers(this.folder);
    const secrets = await readSecrets(this.folder);
    this.variables = await commonVariables(this.given, this.config, this.folder, secrets);
    const hasDatabase = this.config.env.DATABASE_URL !== undefined || this.config.isProduction;
    const { DATABASE_URL, AWS_ENDPOINT_URL } = STAND_INS;
    checkVariables(this.variables, {
      ...(hasDatabase ? {} : { DATABASE_URL }),
      ...(this.hasSimulator ? { AWS_ENDPOINT_URL } : {}),
    });
    await this.checkPorts();

    const [simulator] = await Promise.all([
      this.hasSimulator ? this.startSimulator() : undefined,
      this.startDatabase(hasDatabase, secrets),
    ]);
    const [gateway] = await Promise.all([this.startGateway(), this.startApp('worker')]);
    this.ingestUrl = `${gateway}${INGEST_PATH}`;
    await this.provision();
    return this.announce(gateway, simulator);
  }

  /** Everything drains, the database goes last. Afterwards nothing of it runs. */
  async stop(): Promise<void> {
    this.isStopping = true;
    // Without the lock it is another start's folder.
    if (!this.lock) return;
    await this.folder.remove('ready.json');
    const { simulator, worker, gateway } = this.supervisors;
    await Promise.all([gateway?.stop(), worker?.stop()]);
    await simulator?.stop();
    const embedded = await this.embedded?.catch(() => undefined);
    await embedded?.server.stop();
    await this.running.forget();
    this.lock.close();
  }

  /** For impatient people: nothing drains. What was committed stays. */
  kill(): void {
    for (const supervisor of Object.values(this.supervisors)) supervisor.kill('SIGKILL');
  }

  private get hasSimulator(): boolean {
    return this.config.env.AWS_MODE === 'simulator';
  }

  private async checkPorts(): Promise<void> {
    const { PORT, SIMULATOR_PORT, HOST } = this.config.env;
    const wanted: [string, number, string][] = [['PORT', PORT, HOST]];
    if (this.hasSimulator) wanted.push(['SIMULATOR_PORT', SIMULATOR_PORT, '127.0.0.1']);
    for (const [name, port, host] of wanted) {
      if (port === 0 || (await isPortFree(port, host))) continue;
      throw new LaunchError(`Port ${port} is taken by another program. Set ${name} to another one (0: any free one).`);
    }
  }

  private async startDatabase(isGiven: boolean, secrets: Secrets): Promise<void> {
    // Loading it takes as long as starting Postgres does: both at once.
    const loading = this.loadMigrations();
    if (!isGiven) {
      const kept: Partial<Kept> = (await this.folder.read<Kept>(KEPT_FILE)) ?? {};
      this.embedded = startEmbeddedPostgres({
        folder: this.folder.file('postgres'),
        password: secrets.databasePassword,
        logFile: path.join(this.folder.logs, 'postgres.log'),
        port: kept.databasePort,
        onDeath: (reason) => this.show(`postgres  ended (${reason}) and is started again`),
      });
      const { server, port } = await this.embedded;
      if (port !== kept.databasePort) await keep(this.folder, { databasePort: port });
      this.variables = { ...this.variables, DATABASE_URL: server.url, DATABASE_DIRECT_URL: '' };
    }
    const { deploy } = await loading;
    const { databaseDirectUrl } = new Config({ ...this.config.env, DATABASE_URL: this.variables.DATABASE_URL });
    const applied = await deploy(databaseDirectUrl);
    if (applied.length > 0) this.show(`database  applied ${applied.join(', ')}`);
  }

  private loadMigrations(): Promise<{ deploy(url: string): Promise<string[]> }> {
    return import(pathToFileURL(path.join(this.root, 'scripts/migrate.mjs')).href);
  }

  private async startSimulator(): Promise<string> {
    const url = await this.startApp('simulator', 'SIMULATOR_PORT', (restarts) => {
      // It came back with an empty or an older cloud.
      if (restarts > 0) void this.provision().catch((error: Error) => this.show(`simulator ${error.message}`));
    });
    this.variables = { ...this.variables, AWS_ENDPOINT_URL: url };
    return url;
  }

  private async startGateway(): Promise<string> {
    return this.startApp('gateway', 'PORT');
  }

  /** @returns where it listens, on loopback; '' for what does not listen */
  private async startApp(
    name: AppName,
    portVariable?: 'PORT' | 'SIMULATOR_PORT',
    onReady?: (restarts: number) => void,
  ): Promise<string> {
    if (this.isStopping) throw new LaunchError('stopped while starting');
    const onLine = logTo(this.folder.logs, name, this.show);
    const supervisor = new Supervisor(
      (previousUrl) => ({
        name,
        entry: `dist/apps/${name}/src/main.js`,
        cwd: this.root,
        onLine,
        env: {
          ...this.variables,
          // A port that was free once is kept: clients and EventBridge know it.
          ...(previousUrl && portVariable ? { [portVariable]: new URL(previousUrl).port } : {}),
        },
      }),
      {
        onReady: (_url, restarts) => onReady?.(restarts),
        onSpawn: (pid) => this.running.note(name, pid),
        onDeath: (reason, retryInMs) =>
          this.show(`${name.padEnd(9)} ended (${reason}) and is started again in ${retryInMs} ms`),
      },
    );
    this.supervisors[name] = supervisor;
    const url = await supervisor.start();
    if (!portVariable) return '';
    if (!url) throw new Error(`${name} did not say where it listens`);
    return `http://127.0.0.1:${new URL(url).port}`;
  }

  private async provision(): Promise<void> {
    const { ingestUrl, variables } = this;
    if (!this.hasSimulator || !ingestUrl) return;
    const config = loadConfig('gateway', variables);
    const route = { ingestUrl, ingestKey: config.firstOf('STAGEDOOR_INGEST_KEY'), roleArn: SIMULATOR_ROLE_ARN };
    await Promise.all(config.regions.map((region) => provisionEventBridge(config, region, route)));
    await this.provisionKeys(config);
  }

  private async provisionKeys(config: Config): Promise<void> {
    // It brings a database client along, which nobody waits for while the processes start.
    const { provisionKeys } = await import('#sessions/tokens/provision-keys');
    await provisionKeys(config, pino({ level: 'silent' }));
  }

  private async announce(gateway: string, simulator: string | undefined): Promise<Ready> {
    if (this.isStopping) throw new LaunchError('stopped while starting');
    const config = loadConfig('gateway', this.variables);
    const ready: Ready = {
      gateway,
      ...(simulator ? { simulator } : {}),
      apiKey: config.firstOf('STAGEDOOR_API_KEY'),
      ingestKey: config.firstOf('STAGEDOOR_INGEST_KEY'),
      reviewKey: config.firstOf('STAGEDOOR_REVIEW_KEY'),
      databaseUrl: config.databaseUrl,
      ...(this.variables.REDIS_URL ? { redisUrl: this.variables.REDIS_URL } : {}),
    };
    await this.folder.write('ready.json', ready);
    return ready;
  }
}

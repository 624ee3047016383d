import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { RedisBus } from '#platform';
import { freePort } from '#platform/process/ports';
import { NOT_RUN, silentLogger, until } from '#testing';

const NODES = 3;
// A node's other port, for the cluster itself, is this much higher.
const CLUSTER_PORT_OFFSET = 10_000;

/** Three masters without replicas. */
class TestCluster {
  readonly urls: string[];
  private readonly servers: ChildProcess[];

  constructor(
    private readonly folder: string,
    ports: number[],
  ) {
    this.urls = ports.map((port) => `redis://127.0.0.1:${port}`);
    this.servers = ports.map((port) => this.spawn(port));
  }

  static async start(): Promise<TestCluster> {
    const folder = mkdtempSync(path.join(tmpdir(), 'stagedoor-cluster-'));
    const ports = await Promise.all(Array.from({ length: NODES }, () => lowPort()));
    const cluster = new TestCluster(folder, ports);
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    await until(() =>
      execFileSync('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes'], { stdio: 'pipe' }),
    );
    await until(async () => (await cluster.ask(0, 'CLUSTER', 'INFO')).includes('cluster_state:ok'));
    return cluster;
  }

  async ask(node: number, command: string, ...args: string[]): Promise<string> {
    const redis = new Redis(this.urls[node] ?? '');
    try {
      return String(await redis.call(command, ...args));
    } finally {
      redis.disconnect();
    }
  }

  async stop(): Promise<void> {
    const exits = this.servers.map((server) => new Promise((resolve) => server.once('exit', resolve)));
    for (const server of this.servers) server.kill('SIGKILL');
    await Promise.all(exits);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(port: number): ChildProcess {
    const settings = [
      '--cluster-enabled',
      'yes',
      '--cluster-config-file',
      `nodes-${port}.conf`,
      '--save',
      '',
      '--bind',
      '127.0.0.1',
    ];
    return spawn('redis-server', ['--port', `${port}`, '--dir', this.folder, ...settings], { stdio: 'ignore' });
  }
}

async function lowPort(): Promise<number> {
  const port = await freePort();
  return port + CLUSTER_PORT_OFFSET < 65_536 ? port : lowPort();
}

const describeCluster = process.env.TEST_REDIS_URL ? describe : describe.skip;

describeCluster(`the bus on a Redis Cluster${process.env.TEST_REDIS_URL ? '' : `: ${NOT_RUN}`}`, () => {
  let cluster: TestCluster;
  const buses: RedisBus[] = [];
  const openBus = () => {
    const bus = new RedisBus(cluster.urls, '{cluster-spec}', silentLogger);
    buses.push(bus);
    return bus;
  };

  beforeAll(async () => {
    cluster = await TestCluster.start();
  });
  afterAll(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
    await cluster.stop();
  });

  it('spreads channels over the shards, brings all messages, and comes back after its connections were cut', async () => {
    const [sender, receiver] = [openBus(), openBus()];
    const channels = Array.from({ length: 60 }, (_, i) => `session/${i}`);
    const got = new Map<string, number>();
    let reconnects = 0;
    receiver.onReconnect(() => reconnects++);
    await Promise.all(channels.map((channel) => receiver.subscribe(channel, ({ seq }) => got.set(channel, seq))));
    const everyoneGets = (seq: number) =>
      until(() => {
        for (const channel of channels) sender.publish({ channel, seq, payload: '[]' });
        return channels.every((channel) => got.get(channel) === seq);
      });
    await everyoneGets(1);
    for (let node = 0; node < NODES; node++) {
      expect(Number(await shardChannels(node))).toBeGreaterThan(5);
      await cluster.ask(node, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
    }
    await until(() => reconnects > 0);
    await everyoneGets(2);
  });

  const shardChannels = async (node: number) => (await cluster.ask(node, 'PUBSUB', 'SHARDCHANNELS')).split(',').length;
});

import { type ChildProcess, fork } from 'node:child_process';
import { Agent } from 'node:http';
import { type Profile, type Stack, startStack } from '#testing';
import type { SwarmNews, SwarmOrder } from './ingest-to-socket.swarm.js';
import { percentile, pin, row } from './measure.js';
import { post } from './post.js';
import { stageUpdate } from './stage-event.factory.js';

// From the moment an event is posted as EventBridge posts it until the last of 1,000 sockets has it: through ingest, inbox,
// queue, worker, log, bus and fan-out. At 10 events a second, and in bursts of 100 single posts.
const SOCKETS = Number(process.argv[2] ?? 1_000);
const STEADY_EVENTS = 300;
const STEADY_EVERY_MS = 100;
const BURSTS = 15;
const BURST_EVENTS = 100;
const BURST_EVERY_MS = 2_000;
const WARM_UP = 30;
const WIDTHS = [10, 26, 10, 10, 10];
const LIMIT_MS = 30_000;

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const nowMs = () => performance.timeOrigin + performance.now();

/** The swarm, and when the last of its sockets had each number. */
class Swarm {
  private readonly had = new Map<number, number>();
  private readonly process: ChildProcess;
  readonly problems: string[] = [];

  constructor() {
    this.process = fork(new URL('./ingest-to-socket.swarm.js', import.meta.url), { execArgv: [] });
    this.process.on('message', (news: SwarmNews) => {
      if (news.kind === 'had') this.had.set(news.seq, news.atMs);
      if (news.kind === 'problem') this.problems.push(news.text);
    });
  }

  subscribe(order: SwarmOrder): Promise<number> {
    pin(this.process.pid ?? 0, 1);
    return new Promise((resolve, reject) => {
      this.process.on('message', (news: SwarmNews) => news.kind === 'subscribed' && resolve(news.seq));
      this.process.once('exit', () => reject(new Error('the swarm died')));
      this.process.send(order);
    });
  }

  /** When the last socket had this number. @throws after half a minute */
  async reached(seq: number): Promise<number> {
    for (let waitedMs = 0; waitedMs < LIMIT_MS; waitedMs += 5) {
      const atMs = this.had.get(seq);
      if (atMs !== undefined) return atMs;
      await wait(5);
    }
    throw new Error(`not every socket had ${seq}: ${this.problems.slice(0, 3).join('; ')}`);
  }

  close(): void {
    this.process.kill();
  }
}

class Poster {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: BURST_EVENTS });
  private toggles = 0;

  constructor(
    private readonly stack: Stack,
    private readonly stageArn: string,
  ) {}

  /** One event of a participant that changes what everyone sees. @returns when it was sent */
  async publishOrStop(participant: number): Promise<number> {
    const name =
      Math.floor(this.toggles++ / BURST_EVENTS) % 2 === 0 ? 'Participant Published' : 'Participant Unpublished';
    const body = JSON.stringify(stageUpdate(this.stageArn, name, `participant-${participant}`, new Date()));
    const sentMs = nowMs();
    await post(this.agent, `${this.stack.gatewayUrl}/v1/ingest/eventbridge`, this.stack.ingestKey, body);
    return sentMs;
  }

  close(): void {
    this.agent.destroy();
  }
}

async function steady(poster: Poster, swarm: Swarm, firstSeq: number, events: number): Promise<number[]> {
  const delays: number[] = [];
  for (let index = 0; index < events; index++) {
    const next = wait(STEADY_EVERY_MS);
    const sentMs = await poster.publishOrStop(index % BURST_EVENTS);
    delays.push((await swarm.reached(firstSeq + index)) - sentMs);
    await next;
  }
  return delays;
}

async function bursts(poster: Poster, swarm: Swarm, firstSeq: number): Promise<number[]> {
  const delays: number[] = [];
  for (let burst = 0; burst < BURSTS; burst++) {
    const next = wait(BURST_EVERY_MS);
    const sent = await Promise.all(Array.from({ length: BURST_EVENTS }, (_, index) => poster.publishOrStop(index)));
    // Which event got which number is the worker's choice: the earliest post belongs to none later than the first number.
    sent.sort((a, b) => a - b);
    for (const [index, sentMs] of sent.entries()) {
      delays.push((await swarm.reached(firstSeq + burst * BURST_EVENTS + index)) - sentMs);
    }
    await next;
  }
  return delays;
}

async function run(profile: Profile): Promise<void> {
  const stack = await startStack({ profile });
  const swarm = new Swarm();
  try {
    const { body: session } = await stack.api.post<{ id: string; stageArn: string }>('/v1/sessions', { name: 'Bench' });
    const port = Number(new URL(stack.gatewayUrl).port);
    const seq = await swarm.subscribe({ port, token: stack.apiKey, topic: `session/${session.id}`, sockets: SOCKETS });
    const poster = new Poster(stack, session.stageArn);
    // The first event also starts the session: one number more.
    await steady(poster, swarm, seq + 2, WARM_UP);
    await steady(poster, swarm, seq + 2 + WARM_UP, BURST_EVENTS - WARM_UP);
    const base = seq + 2 + BURST_EVENTS;
    report(profile, `${STEADY_EVENTS} events, 10 a second`, await steady(poster, swarm, base, STEADY_EVENTS));
    report(profile, `${BURSTS} bursts of ${BURST_EVENTS}`, await bursts(poster, swarm, base + STEADY_EVENTS));
    if (swarm.problems.length > 0) throw new Error(`holes: ${swarm.problems.slice(0, 3).join('; ')}`);
    poster.close();
  } finally {
    swarm.close();
    await stack.stop();
  }
}

function report(profile: Profile, what: string, delays: number[]): void {
  const [p50, p99, max] = [percentile(delays, 50), percentile(delays, 99), Math.max(...delays)];
  row([profile, what, p50.toFixed(1), p99.toFixed(1), max.toFixed(1)], WIDTHS);
}

console.log(`From the POST until the last of ${SOCKETS} sockets has the event, milliseconds\n`);
row(['profile', 'load', 'p50', 'p99', 'max'], WIDTHS);
for (const profile of ['postgres', 'redis'] as const) {
  if (profile === 'redis' && !process.env.TEST_REDIS_URL) console.log('redis: not run, there is no redis-server');
  else await run(profile);
}

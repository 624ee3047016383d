import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, sign } from 'node:crypto';
import { Agent, request } from 'node:http';
import { type Stack, startStack } from '#testing';
import { now, percentile, pin, row } from './measure.js';

// Participant tokens a second over join and by stage, beside bare asynchronous crypto.sign on the same core; a rush of joins; and memory
// over many. The gateway has core 0, this process, which makes the load, core 1. Postgres runs where it finds room.
const JOINS = Number(process.env.BENCH_JOINS ?? 5_000);
const RUSH = Number(process.env.BENCH_RUSH ?? 10_000);
const MINTS = Number(process.env.BENCH_MINTS ?? 100_000);
const ROUNDS = 3;
const IN_FLIGHT = 64;
// More at once are refused by the limits of this process, not of the gateway.
const RUSH_SOCKETS = 1_000;
const SIGNATURES = 4_000;
const SAMPLES = 10;
const WIDTHS = [34, 16, 16, 10];
const GATEWAY_CORE = 0;
const LOAD_CORE = 1;

/** One of the two that give a participant token. */
interface Route {
  path: string;
  fields: object;
}

interface Calls {
  seconds: number;
  latenciesMs: number[];
  errors: Map<number, number>;
}

/** The bare thing: as many signatures at once as we allow ourselves, on the gateway's core. */
async function bareSignatures(): Promise<number> {
  pin(process.pid, GATEWAY_CORE);
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  // As long as a participant token's claims in base64.
  const text = Buffer.alloc(700, 'x');
  let left = SIGNATURES;
  const one = async () => {
    while (left-- > 0) {
      await new Promise<void>((resolve, reject) =>
        sign('sha384', text, { key, dsaEncoding: 'ieee-p1363' }, (error) => (error ? reject(error) : resolve())),
      );
    }
  };
  const start = now();
  await Promise.all([one(), one()]);
  const perSecond = SIGNATURES / ((now() - start) / 1_000);
  pin(process.pid, LOAD_CORE);
  return perSecond;
}

function callOnce(agent: Agent, stack: Stack, { path, fields }: Route, userId: string): Promise<number> {
  const body = JSON.stringify({ ...fields, userId });
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    authorization: `Bearer ${stack.apiKey}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(`${stack.gatewayUrl}${path}`, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

/** @param sockets how many requests are under way; a latency counts from the moment that the join was wanted */
async function calls(
  stack: Stack,
  route: Route,
  count: number,
  sockets: number,
  userOf: (index: number) => string,
): Promise<Calls> {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets });
  const result: Calls = { seconds: 0, latenciesMs: [], errors: new Map() };
  const isRush = sockets === RUSH_SOCKETS;
  const start = now();
  let next = 0;
  const one = async () => {
    for (let index = next++; index < count; index = next++) {
      const wantedMs = isRush ? start : now();
      const status = await callOnce(agent, stack, route, userOf(index)).catch(() => 0);
      result.latenciesMs.push(now() - wantedMs);
      if (status < 200 || status > 299) result.errors.set(status, (result.errors.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: sockets }, one));
  result.seconds = (now() - start) / 1_000;
  agent.destroy();
  return result;
}

async function createSession(stack: Stack, name: string): Promise<{ join: Route; mint: Route }> {
  const { body } = await stack.api.post<{ id: string; stageArn: string }>('/v1/sessions', { name });
  return {
    join: { path: `/v1/sessions/${body.id}/join`, fields: { deviceId: 'phone' } },
    mint: { path: `/v1/stages/${encodeURIComponent(body.stageArn)}/participant-tokens`, fields: {} },
  };
}

const residentMb = (pid: number) => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1_024;
const describeErrors = ({ errors }: Calls) =>
  errors.size === 0 ? 'none' : [...errors].map(([status, count]) => `${count} × ${status || 'no answer'}`).join(', ');

async function throughput(stack: Stack, name: 'join' | 'mint'): Promise<void> {
  row([`${JOINS} calls of ${name}, ${IN_FLIGHT} in flight`, name, 'bare sign', 'ratio'], WIDTHS);
  for (let round = 1; round <= ROUNDS; round++) {
    const session = await createSession(stack, `${name} ${round}`);
    const bare = await bareSignatures();
    const done = await calls(stack, session[name], JOINS, IN_FLIGHT, (index) => `user-${index}`);
    const ours = JOINS / done.seconds;
    row([`round ${round}`, `${ours.toFixed(0)}/s`, `${bare.toFixed(0)}/s`, (ours / bare).toFixed(2)], WIDTHS);
    console.log(`  p99 ${percentile(done.latenciesMs, 99).toFixed(0)} ms, errors: ${describeErrors(done)}`);
  }
}

async function rush(stack: Stack): Promise<void> {
  const session = await createSession(stack, 'Rush');
  const done = await calls(stack, session.join, RUSH, RUSH_SOCKETS, (index) => `fan-${index}`);
  const [p50, p99] = [50, 99].map((p) => (percentile(done.latenciesMs, p) / 1_000).toFixed(1));
  console.log(
    `\na rush: ${RUSH} people press "join" in the same moment: all in after ${done.seconds.toFixed(1)} s,` +
      ` p50 ${p50} s, p99 ${p99} s, errors: ${describeErrors(done)}`,
  );
}

async function memory(stack: Stack): Promise<void> {
  console.log(`\nmemory of the gateway over ${MINTS} tokens`);
  const session = await createSession(stack, 'Memory');
  const pid = stack.pidOf('gateway');
  for (let sample = 0; sample <= SAMPLES; sample++) {
    const done = (MINTS / SAMPLES) * sample;
    console.log(`  after ${String(done).padStart(6)}: ${residentMb(pid).toFixed(0)} MB`);
    if (sample === SAMPLES) break;
    // The same people again and again: what grows is then not what is remembered of them.
    const { errors } = await calls(stack, session.mint, MINTS / SAMPLES, IN_FLIGHT, (index) => `user-${index % 1_000}`);
    if (errors.size > 0) console.log(`  errors: ${[...errors].join(' ')}`);
  }
}

const stack = await startStack();
try {
  pin(process.pid, LOAD_CORE);
  pin(stack.pidOf('gateway'), GATEWAY_CORE);
  // The first requests compile and connect; nobody measures them.
  const { join, mint } = await createSession(stack, 'Warm-up');
  for (const route of [join, mint]) await calls(stack, route, 1_000, IN_FLIGHT, (index) => `early-${index}`);
  await throughput(stack, 'join');
  await throughput(stack, 'mint');
  await rush(stack);
  if (MINTS > 0) await memory(stack);
} finally {
  await stack.stop();
}

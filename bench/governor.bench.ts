import { type ChildProcess, fork } from 'node:child_process';
import { type Profile, type Stack, startStack } from '#testing';
import type { ContenderNews, ContenderOrder } from './governor.contender.js';
import { now, row } from './measure.js';

// 100 clean-up calls of DisconnectParticipant, queued at once by two processes, at AWS's 5 a second; moderators' calls enter
// midway. The simulator enforces the quota in every sliding second and tells what it saw.
const CALLS = 100;
const CONTENDERS = 2;
const MODERATOR_AT_MS = [5_000, 8_100, 11_250, 14_330];
const WIDTHS = [10, 26, 22, 34, 12];
const LIMITS = { seconds: [19, 21], moderatorMs: 300 } as const;

interface Call {
  seq: number;
  status: number;
}

class Contender {
  private constructor(private readonly child: ChildProcess) {}

  static async start(env: Readonly<Record<string, string>>): Promise<Contender> {
    const child = fork(new URL('./governor.contender.js', import.meta.url), { env, execArgv: [] });
    const contender = new Contender(child);
    await contender.news('ready');
    return contender;
  }

  /** @returns when the last of the calls was answered, in milliseconds from the order */
  async run(order: ContenderOrder): Promise<number> {
    const done = this.news('done');
    this.child.send(order);
    return (await done).lastMs ?? Number.NaN;
  }

  stop(): void {
    this.child.kill();
  }

  private news(kind: ContenderNews['kind']): Promise<ContenderNews> {
    return new Promise((resolve, reject) => {
      this.child.on('message', (news: ContenderNews) => news.kind === kind && resolve(news));
      this.child.once('exit', (code) => reject(new Error(`a contender ended with ${code}`)));
    });
  }
}

const callsOf = async (stack: Stack) =>
  (await stack.cloud.expect<{ calls: Call[] }>('GET', '/_control/calls?operation=DisconnectParticipant')).calls;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function moderate(moderator: Contender, begunMs: number): Promise<number[]> {
  const took: number[] = [];
  for (const atMs of MODERATOR_AT_MS) {
    await wait(begunMs + atMs - now());
    took.push(await moderator.run({ kind: 'moderation', count: 1 }));
  }
  return took;
}

async function run(profile: Profile): Promise<boolean> {
  const stack = await startStack({ profile, gateways: 0, workers: 0, hasRealQuotas: true });
  const all = await Promise.all(Array.from({ length: CONTENDERS + 1 }, () => Contender.start(stack.env)));
  const [moderator, ...contenders] = all as [Contender, ...Contender[]];
  try {
    // A second without calls, so that the warm-up is in no window.
    await wait(1_100);
    const before = (await callsOf(stack)).length;
    const begunMs = now();
    const moderating = moderate(moderator, begunMs);
    const cleaning = contenders.map((one) => one.run({ kind: 'clean_up', count: CALLS / CONTENDERS }));
    await Promise.all(cleaning);
    const seconds = (now() - begunMs) / 1_000;
    const moderatorMs = await moderating;
    const seen = (await callsOf(stack)).slice(before);
    const throttled = seen.filter(({ status }) => status !== 404).length;
    // The moderators' own calls are not clean-up.
    const own = seconds - (seen.length - CALLS) / 5;
    const times = moderatorMs.map((ms) => ms.toFixed(0)).join(', ');
    const cells = [`${seconds.toFixed(1)} s (${seen.length} calls)`, `${own.toFixed(1)} s for ${CALLS}`, `${times} ms`];
    row([profile, ...cells, throttled], WIDTHS);
    const [least, most] = LIMITS.seconds;
    return own >= least && own <= most && moderatorMs.every((ms) => ms < LIMITS.moderatorMs) && throttled === 0;
  } finally {
    for (const contender of all) contender.stop();
    await stack.stop();
  }
}

row(['budget on', 'until the last', 'clean-up alone', 'moderators waited', 'throttled'], WIDTHS);
for (const profile of ['postgres', 'redis'] as const) {
  if (profile === 'redis' && !process.env.TEST_REDIS_URL) console.log('redis: not run, there is no redis-server');
  else if (!(await run(profile))) process.exitCode = 1;
}

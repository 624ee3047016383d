import type { LiveEvent } from '#contracts';
import { readReady } from './ready.js';
import { CHAOS, Show } from './show.js';
import { judge, longestLog } from './verdict.js';

const SEED = Number(process.argv[2] ?? 1);

function describe({ data, type }: LiveEvent): string {
  if ('participant' in data)
    return `${data.participant.userId ?? data.participant.participantId} is ${data.participant.state}`;
  if ('session' in data)
    return `${data.session.name} is ${data.session.status}${data.reason ? ` (${data.reason})` : ''}`;
  return type;
}

function timeline(events: LiveEvent[]): string[] {
  const start = Date.parse(events[0]?.at ?? '');
  return events.map((event) => {
    const offset = ((Date.parse(event.at) - start) / 1_000).toFixed(3).padStart(8);
    return `${offset} s  ${String(event.seq).padStart(4)}  ${event.type.padEnd(26)} ${describe(event)}`;
  });
}

async function main(): Promise<number> {
  const ready = await readReady(process.env.STAGEDOOR_DATA_DIR || '.stagedoor');
  console.log(
    `Rehearsal with seed ${SEED}: EventBridge doubles ${CHAOS.duplicate * 100} %, reorders ${CHAOS.reorder * 100} % and delays up to ${CHAOS.delayMs[1] / 1_000} s.\n`,
  );
  const played = await new Show(ready, (line) => console.log(`  · ${line}`), SEED).play();
  console.log('\nThe timeline as the viewers saw it:');
  for (const line of timeline(longestLog(played))) console.log(line);
  const findings = judge(played);
  console.log('\nVerdict:');
  for (const { holds, claim, detail } of findings)
    console.log(`  ${holds ? 'yes' : 'NO '}  ${claim}${holds || !detail ? '' : `: ${detail}`}`);
  for (const viewer of played.viewers) viewer.drop();
  return findings.every((finding) => finding.holds) ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`\nThe rehearsal could not be played: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);

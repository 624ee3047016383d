import type { LiveEvent } from '#contracts';
import { readReady } from './ready.js';
import { readSeed } from './seed.js';
import { CHAOS, Show } from './show.js';
import { judge, longestLog } from './verdict.js';

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
  const seed = readSeed(process.argv.slice(2));
  const ready = await readReady(process.env.STAGEDOOR_DATA_DIR || '.stagedoor');
  console.log(
    `Rehearsal with seed ${seed}: EventBridge doubles ${CHAOS.duplicate * 100} %, reorders ${CHAOS.reorder * 100} % and delays up to ${CHAOS.delayMs[1] / 1_000} s.\n`,
  );
  const played = await new Show(ready, (line) => console.log(`  · ${line}`), seed).play();
  console.log('\nThe timeline as the viewers saw it:');
  for (const line of timeline(longestLog(played))) console.log(line);
  const findings = judge(played);
  console.log('\nVerdict:');
  for (const { holds, claim, detail } of findings)
    console.log(`  ${holds ? 'yes' : 'NO '}  ${claim}${holds || !detail ? '' : `: ${detail}`}`);
  return findings.every((finding) => finding.holds) ? 0 : 1;
}

main().then(
  (code) => {
    process.exit(code);
  },
  (error: unknown) => {
    console.error(`\nThe rehearsal could not be played: ${error instanceof Error ? error.message : String(error)}`);
    // The viewers' sockets would keep us here.
    process.exit(1);
  },
);

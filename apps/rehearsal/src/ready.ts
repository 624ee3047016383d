import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** What `npm start` wrote when all was up. */
export interface Ready {
  gateway: string;
  simulator: string;
  apiKey: string;
}

/** @throws when nothing runs on this data folder */
export async function readReady(dataDir: string): Promise<Ready> {
  const file = path.resolve(dataDir, 'ready.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`${file} is not there. Run \`npm start\` in another terminal and wait for its banner.`);
  });
  const ready = JSON.parse(text) as Partial<Ready>;
  if (!ready.gateway || !ready.apiKey) throw new Error(`${file} is not complete`);
  if (!ready.simulator) throw new Error('A rehearsal needs the simulator: start with AWS_MODE=simulator.');
  return ready as Ready;
}

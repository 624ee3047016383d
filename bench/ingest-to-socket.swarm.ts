import { RawClient } from './raw-client.js';

// The subscribers of bench/ingest-to-socket, in a process of their own. It says when the last of them had each number.
export interface SwarmOrder {
  port: number;
  token: string;
  topic: string;
  sockets: number;
}
export type SwarmNews =
  | { kind: 'subscribed'; seq: number }
  /** `atMs`: Date.now() of the machine, with the fraction of performance.now(). */
  | { kind: 'had'; seq: number; atMs: number }
  | { kind: 'problem'; text: string };

const CONNECT_AT_ONCE = 50;
const SEQ = /"seq":(\d+)/;
const tell = (news: SwarmNews) => process.send?.(news);
const reached = new Map<number, number>();

function take(order: SwarmOrder, expected: { next: number }, packet: string): void {
  const seq = Number(SEQ.exec(packet)?.[1]);
  if (seq !== expected.next) tell({ kind: 'problem', text: `${seq} came instead of ${expected.next}` });
  expected.next = seq + 1;
  const count = (reached.get(seq) ?? 0) + 1;
  reached.set(seq, count);
  if (count < order.sockets) return;
  reached.delete(seq);
  tell({ kind: 'had', seq, atMs: performance.timeOrigin + performance.now() });
}

function subscribe(order: SwarmOrder): Promise<number> {
  return new Promise((resolve, reject) => {
    const expected = { next: 0 };
    const client = new RawClient({
      port: order.port,
      namespace: '/live',
      auth: { token: order.token },
      onPacket: (packet) => {
        if (packet.startsWith('3')) {
          const seq = Number(SEQ.exec(packet)?.[1]);
          expected.next = seq + 1;
          resolve(seq);
        } else if (packet.includes('["event"')) take(order, expected, packet);
        else if (packet.startsWith('4')) reject(new Error(packet));
      },
    });
    client.ready.then(() => client.emit(0, 'topic.subscribe', { topic: order.topic }), reject);
  });
}

process.on('message', async (order: SwarmOrder) => {
  let seq = 0;
  for (let left = order.sockets; left > 0; left -= CONNECT_AT_ONCE) {
    [seq = 0] = await Promise.all(Array.from({ length: Math.min(CONNECT_AT_ONCE, left) }, () => subscribe(order)));
  }
  tell({ kind: 'subscribed', seq });
});

// The other end of bench/fan-out: many WebSockets that only count what arrives, in a process of their own, so that the
// server's CPU time is the server's alone.
import { RawClient } from './raw-client.js';

export interface SwarmOrder {
  port: number;
  namespace: string;
  sockets: number;
}
export type SwarmNews = { kind: 'connected' } | { kind: 'count'; frames: number };

const CONNECT_AT_ONCE = 50;
let frames = 0;

function open({ port, namespace }: SwarmOrder): Promise<RawClient> {
  const onPacket = (packet: string) => {
    if (packet.startsWith('2')) frames++;
  };
  return new RawClient({ port, namespace, onPacket }).ready;
}

const tell = (news: SwarmNews) => process.send?.(news);

process.on('message', async (order: SwarmOrder | 'count' | 'close') => {
  if (order === 'close') process.exit(0);
  if (order === 'count') {
    tell({ kind: 'count', frames });
    return;
  }
  for (let i = 0; i < order.sockets; i += CONNECT_AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(CONNECT_AT_ONCE, order.sockets - i) }, () => open(order)));
  }
  tell({ kind: 'connected' });
});

// Fan-out: what a delivery costs the server, ours against stock Socket.IO, on loopback in one run.
//
//   npm run bench -- fan-out [sockets]
//
// Sparse: an event every 50 ms, so each is written alone. Burst: an event a millisecond for 200 ms. Events of 300 bytes.
import { type ChildProcess, fork } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { EventEncoder } from '../apps/gateway/src/live/event.encoder.js';
import { LiveSocket } from '../apps/gateway/src/live/live.socket.js';
import { TopicFeed } from '../libs/live/src/feeds/topic-feed.js';
import type { SwarmNews, SwarmOrder } from './fan-out.swarm.js';

const SOCKETS = Number(process.argv[2] ?? 1_000);
const TOPIC = 'session/bench';
const LIMIT_MS = 60_000;
const WORKLOADS = { sparse: { events: 40, everyMs: 50 }, burst: { events: 200, everyMs: 1 } } as const;

type Send = (seq: number) => void;

const http = createServer();
// As the gateway runs it: see SocketAdapter.
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });
await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
const { port } = http.address() as AddressInfo;

const event = (seq: number) => ({
  topic: TOPIC,
  epoch: 'bench',
  seq,
  type: 'participant.published',
  at: '2026-01-01T00:00:00.000Z',
  data: { participant: { participantId: 'x'.repeat(160), state: 'published' } },
});

function ours(): Send {
  const feed = new TopicFeed(TOPIC);
  const encoder = new EventEncoder('/ours');
  io.of('/ours').on('connection', (socket) => {
    const live = new LiveSocket(socket as never, { kind: 'api_key' }, '', encoder);
    feed.begin(live);
    feed.admit(live, 'bench', 0, () => {});
  });
  return (seq) => feed.receive([event(seq)] as never);
}

function stock(): Send {
  io.of('/stock').on('connection', (socket) => void socket.join(TOPIC));
  return (seq) => io.of('/stock').to(TOPIC).emit('event', event(seq));
}

const hear = <K extends SwarmNews['kind']>(child: ChildProcess, kind: K) =>
  new Promise<Extract<SwarmNews, { kind: K }>>((resolve) => {
    const listen = (news: SwarmNews) => {
      if (news.kind !== kind) return;
      child.off('message', listen);
      resolve(news as Extract<SwarmNews, { kind: K }>);
    };
    child.on('message', listen);
  });

async function received(child: ChildProcess, frames: number): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const news = hear(child, 'count');
    child.send('count');
    if ((await news).frames >= frames) return;
    if (performance.now() - startedMs > LIMIT_MS) throw new Error('deliveries are missing');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function measure(name: string, send: Send): Promise<void> {
  const swarm = fork(new URL('./fan-out.swarm.js', import.meta.url), { execArgv: [] });
  const connected = hear(swarm, 'connected');
  swarm.send({ port, namespace: `/${name}`, sockets: SOCKETS } satisfies SwarmOrder);
  await connected;
  let seq = 0;
  for (const [workload, { events, everyMs }] of Object.entries(WORKLOADS)) {
    const cpu = process.cpuUsage();
    const startedMs = performance.now();
    // By the clock and not by timers alone: a server that cannot keep up gets its events late, but it gets them all.
    for (let sent = 0; sent < events; ) {
      const due = Math.min(events, Math.floor((performance.now() - startedMs) / everyMs) + 1);
      while (sent < due) {
        send(++seq);
        sent++;
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await received(swarm, seq * SOCKETS);
    const seconds = (performance.now() - startedMs) / 1_000;
    const { user, system } = process.cpuUsage(cpu);
    const deliveries = events * SOCKETS;
    const perDelivery = ((user + system) / deliveries).toFixed(2);
    console.log(
      `${name.padEnd(6)} ${workload.padEnd(7)} ${deliveries} deliveries in ${seconds.toFixed(2)} s ` +
        `(${Math.round(deliveries / seconds)}/s), ${perDelivery} µs of server CPU each`,
    );
  }
  swarm.send('close');
}

console.log(`${SOCKETS} sockets on loopback, Node ${process.version}`);
for (const [name, send] of Object.entries({ ours: ours(), stock: stock() })) await measure(name, send);
await io.close();

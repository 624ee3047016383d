import type { LiveEvent } from '#contracts';
import { Coalescer } from './coalescer.js';
import { EventBatch } from './event-batch.js';
import type { FeedMember } from './feed-member.js';

// Socket.IO's clients on Node hand on every message of one TCP read before the promise of an acknowledgement continues:
// what follows it at once would look to them as if it had come first.
const SETTLE_MS = 10;
// What is kept for subscribers that wait for their snapshot; a read that lasts longer than these is done again.
const TAIL_LIMIT = 1_000;

/**
 * One topic as this process hands it on. Events come in without holes (`receive`) and leave without holes, in order, to
 * every member from the number after its acknowledgement.
 *
 * The barrier: a member is `joining` before its snapshot is read; what leaves meanwhile is kept in `tail`; `admit`
 * acknowledges and makes it `fresh`; a moment later it gets the newer part of the tail and from then on is one of `live`,
 * or of `ahead` while its snapshot is newer than what has left here.
 */
export class TopicFeed {
  epoch = '';
  /** The last number received; undefined until a first read told it. */
  head: number | undefined;
  /** The time of the event with that number; undefined while it is known from a snapshot only. */
  headAt: string | undefined;
  /** The highest number that the bus named before `head` was known. */
  rung = 0;
  /** Resolves when the bus brings this topic's messages, or does not for too long. */
  ready: Promise<void> = Promise.resolve();
  private sent = 0;
  private outbox: LiveEvent[] = [];
  private tail: LiveEvent[] = [];
  private missed: { after: number; batch: EventBatch } | undefined;
  private readonly live = new Set<FeedMember>();
  private readonly ahead = new Map<FeedMember, number>();
  private readonly joining = new Set<FeedMember>();
  private readonly fresh = new Map<FeedMember, number>();
  private settling: NodeJS.Timeout | undefined;
  private readonly coalescer = new Coalescer(() => this.flush());

  constructor(readonly topic: string) {}

  get isEmpty(): boolean {
    return this.live.size + this.ahead.size + this.joining.size + this.fresh.size === 0;
  }

  get members(): Iterable<FeedMember> {
    return this.live;
  }

  isJoining(member: FeedMember): boolean {
    return this.joining.has(member);
  }

  /** The member wants the topic (again): nothing is delivered until `admit`. */
  begin(member: FeedMember): void {
    this.leave(member);
    this.joining.add(member);
  }

  leave(member: FeedMember): void {
    this.live.delete(member);
    this.ahead.delete(member);
    this.fresh.delete(member);
    this.joining.delete(member);
    this.forgetTail();
  }

  /** Whether everything after this number, of this history, can be handed over without a hole. */
  admits(epoch: string, seq: number): boolean {
    if (this.head === undefined) return true;
    if (epoch !== this.epoch) return false;
    if (seq >= this.sent) return true;
    const oldest = this.tail[0];
    return oldest !== undefined && oldest.seq <= seq + 1;
  }

  /** Acknowledges; what is newer follows. Call only after `admits`. */
  admit(member: FeedMember, epoch: string, seq: number, acknowledge: () => void): void {
    if (this.head === undefined) this.start(epoch, seq);
    acknowledge();
    this.joining.delete(member);
    this.fresh.set(member, seq);
    this.settling ??= setTimeout(() => this.settle(), SETTLE_MS);
  }

  /** @param events without holes, the first one following `head` */
  receive(events: LiveEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    this.head = last.seq;
    this.headAt = last.at;
    for (const event of events) this.outbox.push(event);
    this.coalescer.touch();
  }

  /** Another history, or a hole that nothing fills: whoever has numbers of this feed must come back and compare them. */
  reset(reason: string): void {
    const members = [...this.live, ...this.ahead.keys(), ...this.fresh.keys()];
    this.close();
    for (const member of members) member.drop(reason);
  }

  close(): void {
    this.coalescer.stop();
    this.head = undefined;
    this.headAt = undefined;
    this.rung = 0;
    this.outbox = [];
    this.live.clear();
    this.ahead.clear();
    this.fresh.clear();
    clearTimeout(this.settling);
    this.settling = undefined;
    this.tail = [];
    this.missed = undefined;
  }

  private start(epoch: string, seq: number): void {
    this.epoch = epoch;
    this.head = seq;
    this.sent = seq;
  }

  private flush(): void {
    const last = this.outbox.at(-1);
    if (!last) return;
    // The fresh have been promised what follows their number: they get it before the tail drops any of it.
    if (this.tail.length + this.outbox.length > TAIL_LIMIT) this.settle();
    const batch = new EventBatch(this.outbox);
    this.outbox = [];
    this.sent = last.seq;
    if (this.joining.size + this.fresh.size > 0) this.keepTail(batch.events);
    for (const member of this.live) member.deliver(batch);
    for (const [member, seq] of this.ahead) {
      if (last.seq > seq) member.deliver(new EventBatch(batch.events.filter((event) => event.seq > seq)));
      if (last.seq >= seq) {
        this.ahead.delete(member);
        this.live.add(member);
      }
    }
  }

  private settle(): void {
    clearTimeout(this.settling);
    this.settling = undefined;
    for (const [member, seq] of this.fresh) {
      if (seq < this.sent) member.deliver(this.missedAfter(seq));
      if (seq > this.sent) this.ahead.set(member, seq);
      else this.live.add(member);
    }
    this.fresh.clear();
    this.forgetTail();
  }

  private keepTail(events: readonly LiveEvent[]): void {
    this.tail = this.tail.concat(events).slice(-TAIL_LIMIT);
    this.missed = undefined;
  }

  private forgetTail(): void {
    if (this.joining.size + this.fresh.size > 0) return;
    this.tail = [];
    this.missed = undefined;
  }

  /** Those who shared a read miss the same: one batch for all of them. */
  private missedAfter(seq: number): EventBatch {
    if (this.missed?.after !== seq) {
      this.missed = { after: seq, batch: new EventBatch(this.tail.filter((event) => event.seq > seq)) };
    }
    return this.missed.batch;
  }
}

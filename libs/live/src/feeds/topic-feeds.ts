import type { LiveEvent, Subscribed } from '#contracts';
import { AppError, type Bus, type BusMessage, type Clock, type Logger } from '#platform';
import { EPOCH_CHANNEL } from '../epoch.js';
import type { Position } from '../resume.policy.js';
import { FeedHealer } from './feed-healer.js';
import type { AudienceNotice, FeedMember } from './feed-member.js';
import type { SharedReads } from './shared-reads.js';
import type { TailReader } from './tail-reader.js';
import { TopicFeed } from './topic-feed.js';

// A bus that does not answer must not keep anyone from subscribing: the log heals what it fails to bring.
const BUS_PATIENCE_MS = 1_000;
// A snapshot that fell behind while it was read, or was of another epoch, is read again; more often is no accident.
const JOIN_ATTEMPTS = 3;

interface OpenFeed {
  feed: TopicFeed;
  unsubscribe?: () => void;
}

/**
 * What a gateway hands on: one feed for each topic that its own sockets want. The bus says what is new and may lose any
 * of it; the log is read when a number is missing, after every reconnect of the bus, and when a head moved without it.
 */
export class TopicFeeds {
  private readonly open = new Map<string, OpenFeed>();
  private readonly healer: FeedHealer;
  private unsubscribeEpoch?: () => void;

  constructor(
    private readonly reads: SharedReads,
    tails: TailReader,
    private readonly bus: Bus,
    clock: Clock,
    private readonly logger: Logger,
  ) {
    this.healer = new FeedHealer(() => [...this.open.values()].map(({ feed }) => feed), tails, clock, logger);
  }

  start(): void {
    this.healer.start();
    this.bus.onReconnect(() => this.healer.healAll());
    this.bus
      .subscribe(EPOCH_CHANNEL, () => this.healer.checkNow())
      .then(
        (unsubscribe) => {
          this.unsubscribeEpoch = unsubscribe;
        },
        (error: unknown) => this.logger.warn({ err: error }, 'raised epochs are noticed by polling only'),
      );
  }

  stop(): void {
    this.healer.stop();
    this.unsubscribeEpoch?.();
    for (const topic of [...this.open.keys()]) this.close(topic);
  }

  /**
   * Subscribes the member, or subscribes it anew. `acknowledge` is called once, synchronously before the first delivery;
   * not at all when the member left meanwhile.
   * @throws AppError NOT_FOUND, UNAVAILABLE
   */
  async subscribe(
    topic: string,
    member: FeedMember,
    position: Partial<Position>,
    acknowledge: (answer: Subscribed) => void,
  ): Promise<void> {
    const feed = this.feedOf(topic);
    feed.begin(member);
    try {
      await feed.ready;
      for (let attempt = 0; attempt < JOIN_ATTEMPTS; attempt++) {
        const answer = await this.reads.replay(topic, position);
        if (!feed.isJoining(member)) return;
        // One of the two is of a history that has just ended; a second read tells that it is the feed.
        if (attempt > 0 && answer.epoch !== feed.epoch) feed.reset('the epoch changed');
        if (this.admit(feed, member, answer, acknowledge)) return;
      }
      throw new AppError('UNAVAILABLE');
    } catch (error) {
      this.leave(topic, member);
      throw error;
    }
  }

  /** Nothing of the topic is delivered any more. */
  leave(topic: string, member: FeedMember): void {
    const entry = this.open.get(topic);
    entry?.feed.leave(member);
    if (entry?.feed.isEmpty) this.close(topic);
  }

  tellAudience(notice: AudienceNotice): void {
    for (const member of this.open.get(notice.topic)?.feed.members ?? []) member.tellAudience(notice);
  }

  private admit(feed: TopicFeed, member: FeedMember, answer: Subscribed, acknowledge: (answer: Subscribed) => void) {
    if (!feed.admits(answer.epoch, answer.seq)) return false;
    const isNew = feed.head === undefined;
    feed.admit(member, answer.epoch, answer.seq, () => acknowledge(answer));
    // The bus rang before this feed knew where it stood.
    if (isNew && feed.rung > answer.seq) this.healer.heal(feed);
    return true;
  }

  private feedOf(topic: string): TopicFeed {
    const known = this.open.get(topic);
    if (known) return known.feed;
    const feed = new TopicFeed(topic);
    const entry: OpenFeed = { feed };
    this.open.set(topic, entry);
    const subscribed = this.bus
      .subscribe(topic, (message) => this.received(feed, message))
      .then((unsubscribe) => {
        if (this.open.get(topic) !== entry) {
          unsubscribe();
          return;
        }
        entry.unsubscribe = unsubscribe;
        // What came before this moment was not heard, if someone was admitted without waiting for it.
        if (feed.head !== undefined) this.healer.heal(feed);
      })
      .catch((error: unknown) => this.logger.warn({ err: error, topic }, 'the bus refused a topic: it is polled'));
    feed.ready = Promise.race([
      subscribed,
      new Promise<void>((resolve) => setTimeout(resolve, BUS_PATIENCE_MS).unref()),
    ]);
    return feed;
  }

  private close(topic: string): void {
    const entry = this.open.get(topic);
    this.open.delete(topic);
    entry?.feed.close();
    entry?.unsubscribe?.();
  }

  private received(feed: TopicFeed, message: BusMessage): void {
    if (feed.head === undefined) {
      feed.rung = Math.max(feed.rung, message.seq);
      return;
    }
    const events = eventsOf(message);
    const first = events[0];
    if (message.seq <= feed.head) {
      // Late, or given again by a database that was put back: a lower number with a later time.
      if (feed.headAt !== undefined && (events.at(-1)?.at ?? '') > feed.headAt) this.healer.checkNow();
      return;
    }
    if (!first || first.seq > feed.head + 1) this.healer.heal(feed);
    else if (first.epoch !== feed.epoch) this.healer.checkNow();
    else feed.receive(events.filter((event) => event.seq > (feed.head ?? 0)));
  }
}

function eventsOf(message: BusMessage): LiveEvent[] {
  if (message.payload === undefined) return [];
  try {
    return JSON.parse(message.payload) as LiveEvent[];
  } catch {
    // Whatever that was, the log has the truth.
    return [];
  }
}

import type { Clock, Logger } from '#platform';
import type { Mark, TailReader, TopicHead, TopicTail } from './tail-reader.js';
import type { TopicFeed } from './topic-feed.js';

// How long a lost message can go unnoticed when nothing follows it; also how soon a raised epoch is seen without the bus.
const CHECK_MS = 2_000;
const RETRY_MS = 250;
// Topics a statement: some ms each, so that the first of thousands need not wait for the last.
const TOPICS_PER_READ = 200;

/** Reads the log for feeds that lag: one statement at a time for all of them, until each has reached its topic's head. */
export class FeedHealer {
  private readonly lagging = new Set<TopicFeed>();
  private isReading = false;
  private isChecking = false;
  private isCheckDue = false;
  private isStopped = true;
  private cancelCheck = () => {};

  constructor(
    private readonly feeds: () => TopicFeed[],
    private readonly tails: TailReader,
    private readonly clock: Clock,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.isStopped = false;
    this.arm();
  }

  stop(): void {
    this.isStopped = true;
    this.cancelCheck();
    this.lagging.clear();
  }

  heal(feed: TopicFeed): void {
    this.lagging.add(feed);
    if (!this.isReading) void this.read();
  }

  healAll(): void {
    for (const feed of this.feeds()) this.heal(feed);
  }

  /** Compares every feed with the head of its topic. */
  checkNow(): void {
    this.isCheckDue = true;
    if (!this.isChecking) void this.check();
  }

  private arm(): void {
    // A matter of machines: real time, whatever the show's clock does.
    this.cancelCheck = this.clock.setTimeout(() => {
      this.checkNow();
      this.arm();
    }, CHECK_MS * this.clock.scale);
  }

  private async check(): Promise<void> {
    this.isChecking = true;
    while (this.isCheckDue && !this.isStopped) {
      this.isCheckDue = false;
      // The head as it was when asked: what arrives during the query must not look like a head that went back.
      const asked = marksOf(this.feeds());
      if (asked.length === 0) break;
      try {
        const heads = await this.tails.heads(asked);
        const byTopic = new Map(heads.map((head) => [head.topic, head]));
        for (const mark of asked) {
          const { feed } = mark;
          const now = byTopic.get(feed.topic);
          if (isOtherHistory(mark, now)) feed.reset('the log is not the one that was followed');
          else if (now && feed.head !== undefined && now.seq > feed.head) this.heal(feed);
        }
      } catch (error) {
        this.logger.warn({ err: error }, 'the heads of the live log could not be read');
      }
    }
    this.isChecking = false;
  }

  private async read(): Promise<void> {
    this.isReading = true;
    while (this.lagging.size > 0 && !this.isStopped) {
      const batch = [...this.lagging].slice(0, TOPICS_PER_READ);
      for (const feed of batch) this.lagging.delete(feed);
      const asked = marksOf(batch);
      if (asked.length === 0) continue;
      try {
        const tails = await this.tails.tails(asked);
        const byTopic = new Map(tails.map((tail) => [tail.topic, tail]));
        for (const mark of asked) this.apply(mark, byTopic.get(mark.topic));
      } catch (error) {
        this.logger.warn({ err: error }, 'the live log could not be read; again in a moment');
        for (const { feed } of asked) this.lagging.add(feed);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
    this.isReading = false;
  }

  private apply(asked: AskedMark, tail: TopicTail | undefined): void {
    const { feed } = asked;
    const head = feed.head;
    if (head === undefined) return;
    if (!tail || isOtherHistory(asked, tail)) {
      feed.reset('the log is not the one that was followed');
      return;
    }
    const oldest = tail.events[0]?.seq ?? tail.seq + 1;
    if (tail.seq > asked.seq && oldest > asked.seq + 1) {
      feed.reset('the log no longer holds what was missed');
      return;
    }
    feed.receive(tail.events.filter((event) => event.seq > head));
    if (tail.seq > (feed.head ?? 0)) this.heal(feed);
  }
}

/** Where a feed stood when the log was asked. */
interface AskedMark extends Mark {
  feed: TopicFeed;
  at: string | undefined;
}

function marksOf(feeds: TopicFeed[]): AskedMark[] {
  return feeds.flatMap((feed) =>
    feed.head === undefined ? [] : [{ feed, topic: feed.topic, seq: feed.head, at: feed.headAt }],
  );
}

/** Also a restored database that has given the feed's numbers again, to other events, before anyone looked. */
function isOtherHistory({ feed, seq, at }: AskedMark, now: TopicHead | undefined): boolean {
  if (now === undefined || now.epoch !== feed.epoch || now.seq < seq) return true;
  return at !== undefined && now.markAt !== null && now.markAt.getTime() !== Date.parse(at);
}

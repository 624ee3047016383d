import { jest } from '@jest/globals';
import fc from 'fast-check';
import type { LiveEvent } from '#contracts';
import type { FeedMember } from './feed-member.js';
import { TopicFeed } from './topic-feed.js';

const event = (seq: number) => ({ topic: 't', epoch: 'e', seq }) as LiveEvent;
const between = (after: number, upTo: number) =>
  Array.from({ length: Math.max(0, upTo - after) }, (_, i) => event(after + i + 1));

/** A subscriber that notes what it gets, and when that is not the next number after its acknowledgement. */
class Member implements FeedMember {
  readAt: number | undefined;
  last: number | undefined;
  readonly problems: string[] = [];

  deliver({ events }: { events: readonly LiveEvent[] }): void {
    for (const { seq } of events) {
      if (this.last === undefined) this.problems.push(`${seq} before the acknowledgement`);
      else if (seq !== this.last + 1) this.problems.push(`${seq} after ${this.last}`);
      this.last = seq;
    }
  }

  tellAudience(): void {}
  drop(): void {}
}

/** A log, a feed that lags behind it, and members that come and go: any interleaving of what can happen. */
class World {
  committed = 0;
  readonly feed = new TopicFeed('t');
  readonly members = [new Member(), new Member(), new Member()];

  commit(count: number): void {
    this.committed += count;
  }

  receive(share: number): void {
    const { head } = this.feed;
    if (head === undefined) return;
    this.feed.receive(between(head, head + Math.ceil((this.committed - head) * share)));
  }

  begin(member: Member): void {
    this.feed.begin(member);
    member.readAt = undefined;
    member.last = undefined;
  }

  read(member: Member): void {
    if (this.feed.isJoining(member)) member.readAt = this.committed;
  }

  admit(member: Member): void {
    const { readAt } = member;
    if (readAt === undefined || !this.feed.isJoining(member)) return;
    if (!this.feed.admits('e', readAt)) {
      this.read(member);
      return;
    }
    this.feed.admit(member, 'e', readAt, () => {
      member.last = readAt;
    });
  }

  leave(member: Member): void {
    this.feed.leave(member);
    member.readAt = undefined;
    member.last = undefined;
  }

  /** Everything arrives and everybody who was acknowledged has it. */
  settle(): void {
    this.receive(1);
    jest.advanceTimersByTime(1_000);
  }
}

describe('a topic feed', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  // Members mostly do what real ones do; what is rare is rare here too, but not too rare for 1,000 runs.
  const step = fc.oneof(
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('commit' as const), count: fc.constantFrom(1, 2, 5, 700) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('receive' as const), share: fc.constantFrom(0.3, 1) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 8, 12) }) },
    {
      weight: 9,
      arbitrary: fc.record({
        kind: fc.constantFrom(...(['begin', 'read', 'read', 'admit', 'admit', 'admit', 'leave'] as const)),
        member: fc.integer({ min: 0, max: 2 }),
      }),
    },
  );

  it('gives every member exactly what follows its acknowledgement, in whatever order things happen', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 120, size: 'max' }), (steps) => {
        const world = new World();
        for (const current of steps) {
          if (current.kind === 'commit') world.commit(current.count);
          else if (current.kind === 'receive') world.receive(current.share);
          else if (current.kind === 'wait') jest.advanceTimersByTime(current.ms);
          else world[current.kind](world.members[current.member] as Member);
        }
        world.settle();
        for (const member of world.members) {
          expect(member.problems).toEqual([]);
          if (member.last !== undefined) expect(member.last).toBe(world.committed);
        }
        world.feed.close();
      }),
      { numRuns: 1_000 },
    );
  });

  it('hands on the first event at once and the rest of a burst together', () => {
    const feed = new TopicFeed('t');
    const member = new Member();
    const deliver = jest.spyOn(member, 'deliver');
    feed.begin(member);
    feed.admit(member, 'e', 0, () => {
      member.last = 0;
    });
    jest.advanceTimersByTime(10);
    for (let seq = 1; seq <= 20; seq++) feed.receive([event(seq)]);
    expect(member.last).toBe(1);
    jest.advanceTimersByTime(8);
    expect(member.last).toBe(20);
    expect(deliver).toHaveBeenCalledTimes(2);
    jest.advanceTimersByTime(8);
    feed.receive([event(21)]);
    expect(member.last).toBe(21);
    feed.close();
  });

  it('drops whoever has numbers of it when its history ends, and starts anew for those who wait', () => {
    const feed = new TopicFeed('t');
    const [old, waiting] = [new Member(), new Member()];
    const drop = jest.spyOn(old, 'drop');
    feed.begin(old);
    feed.admit(old, 'e', 9, () => {});
    feed.begin(waiting);
    feed.reset('the epoch changed');
    expect(drop).toHaveBeenCalledTimes(1);
    expect(feed.isJoining(waiting)).toBe(true);
    expect(feed.admits('f', 3)).toBe(true);
    feed.admit(waiting, 'f', 3, () => {});
    expect([feed.epoch, feed.head]).toEqual(['f', 3]);
    feed.close();
  });
});

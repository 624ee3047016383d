import { Injectable } from '@nestjs/common';
import type { Ack, Subscribed, SubscribeTopic } from '#contracts';
import { Audience, NOBODY, TopicFeeds } from '#live';
import { AppError, type Principal } from '#platform';
import type { LiveSocket } from './live.socket.js';
import { SOCKET_LIMITS } from './socket.limits.js';
import { TopicAccess } from './topic-access.service.js';

/** What sockets follow. */
@Injectable()
export class Subscriptions {
  constructor(
    private readonly feeds: TopicFeeds,
    private readonly audience: Audience,
    private readonly access: TopicAccess,
  ) {}

  /**
   * Acknowledges by itself, synchronously before the first event.
   * @throws AppError NOT_FOUND, RATE_LIMITED, UNAVAILABLE
   */
  async subscribe(live: LiveSocket, request: SubscribeTopic, ack: (answer: Ack<Subscribed>) => void): Promise<void> {
    const { topic, ...position } = request;
    await live.inOrder(topic, async () => {
      await this.assertMayFollow(live, topic);
      if (live.isClosed) return;
      this.enter(live, topic);
      try {
        await this.feeds.subscribe(topic, live, position, (data) => ack({ ok: true, data }));
      } catch (error) {
        this.leave(live, topic);
        throw error;
      }
    });
  }

  async unsubscribe(live: LiveSocket, topic: string): Promise<void> {
    await live.inOrder(topic, async () => this.leave(live, topic));
  }

  /** Whether a new token allows everything that the socket follows. */
  async mayKeepAll(live: LiveSocket, principal: Principal): Promise<boolean> {
    const answers = await Promise.all([...live.topics].map((topic) => this.access.mayFollow(principal, topic)));
    return answers.every(Boolean);
  }

  leaveAll(live: LiveSocket): void {
    for (const topic of [...live.topics]) this.leave(live, topic);
  }

  private async assertMayFollow(live: LiveSocket, topic: string): Promise<void> {
    const { principal } = live;
    await this.access.assertMayFollow(principal, topic);
    // Another token meanwhile: what counts is the one that the socket has when it is let in.
    if (principal !== live.principal) await this.assertMayFollow(live, topic);
  }

  private enter(live: LiveSocket, topic: string): void {
    if (live.topics.has(topic)) return;
    const limit = live.principal.kind === 'api_key' ? SOCKET_LIMITS.topicsOfApiKey : SOCKET_LIMITS.topics;
    if (live.topics.size >= limit) throw new AppError('RATE_LIMITED', `A socket may follow ${limit} topics.`);
    live.topics.add(topic);
    this.audience.arrived({ topic, userId: live.userId ?? NOBODY });
  }

  private leave(live: LiveSocket, topic: string): void {
    if (!live.topics.delete(topic)) return;
    this.feeds.leave(topic, live);
    this.audience.left({ topic, userId: live.userId ?? NOBODY });
  }
}

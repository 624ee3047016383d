import { type FactoryProvider, Module, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Audience, Epoch, LogReader, SharedReads, TailReader, TopicFeeds, WatcherLedger } from '#live';
import { Bus, Clock, Database, Ids, LOGGER, type Logger } from '#platform';
import { LiveGateway } from './live.gateway.js';
import { SocketRegistry } from './socket.registry.js';
import { SocketAdmission } from './socket-admission.service.js';
import { SocketDrain } from './socket-drain.service.js';
import { Subscriptions } from './subscription.service.js';
import { TokenLifetimes } from './token-lifetime.service.js';
import { TokenRenewal } from './token-renewal.service.js';
import { TopicAccess } from './topic-access.service.js';

const feeds: FactoryProvider<TopicFeeds> = {
  provide: TopicFeeds,
  inject: [LogReader, Database, Epoch, Bus, Clock, LOGGER],
  useFactory: (reader: LogReader, database: Database, epoch: Epoch, bus: Bus, clock: Clock, logger: Logger) =>
    new TopicFeeds(new SharedReads(reader), new TailReader(database, epoch), bus, clock, logger),
};

const audience: FactoryProvider<Audience> = {
  provide: Audience,
  inject: [TopicFeeds, Database, Ids, Clock, LOGGER],
  useFactory: (topicFeeds: TopicFeeds, database: Database, ids: Ids, clock: Clock, logger: Logger) =>
    new Audience(new WatcherLedger(database, ids.uuid()), (notice) => topicFeeds.tellAudience(notice), clock, logger),
};

/** The sockets. Needs PlatformModule, AuthModule and SessionsModule, and SocketAdapter as the app's socket adapter. */
@Module({
  providers: [
    feeds,
    audience,
    LiveGateway,
    SocketRegistry,
    SocketAdmission,
    SocketDrain,
    Subscriptions,
    TokenLifetimes,
    TokenRenewal,
    TopicAccess,
  ],
  exports: [SocketRegistry],
})
export class LiveModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    private readonly topicFeeds: TopicFeeds,
    private readonly audience: Audience,
  ) {}

  onApplicationBootstrap(): void {
    this.topicFeeds.start();
    this.audience.start();
  }

  async onApplicationShutdown(): Promise<void> {
    this.topicFeeds.stop();
    await this.audience.stop();
  }
}

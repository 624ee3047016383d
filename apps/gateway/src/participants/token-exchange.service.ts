import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { TokenTaken } from '#contracts';
import { Clock, LOGGER, type Logger } from '#platform';
import { type Offer, TokenOffers } from '#sessions';
import type { LiveSocket } from '../live/live.socket.js';
import { SocketRegistry } from '../live/socket.registry.js';

// The bus may lose a ring, and a client may connect after it: an offer reaches its sockets at the latest after this long.
const SWEEP_MS = 3_000;
// Real time for a client to exchange its token on the stage before it answers.
const ANSWER_MS = 8_000;

/** Brings offered tokens to the sockets of their users on this gateway, each socket once, and notes who took one. */
@Injectable()
export class TokenExchanges implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly told = new WeakMap<LiveSocket, Set<string>>();
  private subscribed?: Promise<() => void>;
  private cancelSweep?: () => void;
  private looking?: Promise<void>;
  private isRungAgain = false;
  private isClosed = false;

  constructor(
    private readonly offers: TokenOffers,
    private readonly registry: SocketRegistry,
    private readonly clock: Clock,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    // Not awaited: without its bus a gateway learns from its sweeps.
    this.subscribed = this.offers.onRing(() => this.look()).catch(() => () => {});
    this.sweepSoon();
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    this.cancelSweep?.();
    void this.subscribed?.then((unsubscribe) => unsubscribe());
  }

  private sweepSoon(): void {
    if (this.isClosed) return;
    this.cancelSweep = this.clock.setTimeout(() => {
      this.look();
      this.sweepSoon();
    }, SWEEP_MS * this.clock.scale);
  }

  /** One look at a time; a ring during one makes another. */
  private look(): void {
    if (this.isClosed || this.registry.size === 0) return;
    if (this.looking) {
      this.isRungAgain = true;
      return;
    }
    this.looking = this.handOut()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'offered tokens could not be handed out'))
      .finally(() => {
        this.looking = undefined;
        const isRungAgain = this.isRungAgain;
        this.isRungAgain = false;
        if (isRungAgain) this.look();
      });
  }

  private async handOut(): Promise<void> {
    for (const offer of await this.offers.open()) {
      const key = `${offer.participantId}/${offer.offeredAt.getTime()}`;
      const sockets = this.registry.ofUser(offer.userId).filter((live) => this.isFor(live, offer, key));
      if (sockets.length === 0) continue;
      const participantToken = await this.offers.sign(offer);
      if (participantToken === undefined) continue;
      for (const live of sockets) {
        this.told.set(live, (this.told.get(live) ?? new Set()).add(key));
        void this.tell(live, offer, participantToken);
      }
    }
  }

  /** A socket with a token for another session has no part in this one. */
  private isFor(live: LiveSocket, offer: Offer, key: string): boolean {
    const { principal } = live;
    if (live.isClosed || principal.kind !== 'user') return false;
    return [undefined, offer.sessionId].includes(principal.sessionId) && !this.told.get(live)?.has(key);
  }

  private async tell(live: LiveSocket, offer: Offer, participantToken: string): Promise<void> {
    try {
      const answer: unknown = await live.socket.timeout(ANSWER_MS).emitWithAck('token.exchange', { participantToken });
      const taken = TokenTaken.safeParse(answer);
      if (!taken.success || !taken.data.ok) return;
      await this.offers.accept(offer);
    } catch (error) {
      this.logger.debug({ err: error, socketId: live.id }, 'an offered token was not acknowledged');
    }
  }
}

import type { LocalTokens } from '#ivs';
import type { Bus, Clock, Config } from '#platform';
import type { SessionRepository } from '../sessions/session.repository.js';
import type { StageEndpoints } from '../tokens/stage-endpoints.js';
import { capabilitiesOf } from '../tokens/token-issuer.js';
import type { Offer, OfferRepository } from './offer.repository.js';
import { EXCHANGED_PUBLISH_MINUTES, publishes } from './role.policy.js';

/** Bus channel that says that tokens are offered. A doorbell: no token ever travels on it or lies in a table. */
const OFFERS_CHANNEL = 'token/offers';

// An offer stands as long as the shortest token that is signed for it.
const OFFER_MS = EXCHANGED_PUBLISH_MINUTES * 60_000;

/** Tokens that are offered to a user's sockets, for whoever holds such a socket: each process signs them for itself. */
export class TokenOffers {
  constructor(
    private readonly offers: OfferRepository,
    private readonly sessions: SessionRepository,
    private readonly endpoints: StageEndpoints,
    private readonly local: LocalTokens,
    private readonly context: { bus: Bus; clock: Clock; config: Config },
  ) {}

  /** Tells every process to look. */
  ring(): void {
    this.context.bus.publish({ channel: OFFERS_CHANNEL, seq: 0 });
  }

  /** Calls back whenever there may be something new; the answer unsubscribes. */
  onRing(listener: () => void): Promise<() => void> {
    this.context.bus.onReconnect(listener);
    return this.context.bus.subscribe(OFFERS_CHANNEL, listener);
  }

  open(): Promise<Offer[]> {
    return this.offers.open(this.context.clock.nowMs() - OFFER_MS);
  }

  /** @returns undefined when the offer no longer stands, or no key signs in the session's region */
  async sign(offer: Offer): Promise<string | undefined> {
    const session = await this.sessions.find(offer.sessionId);
    const stage = session?.status === 'ended' ? undefined : session && (await this.endpoints.of(session.stageArn));
    if (!session || !stage) return undefined;
    const minutes = publishes(offer.role)
      ? EXCHANGED_PUBLISH_MINUTES
      : this.context.config.env.PARTICIPANT_TOKEN_MINUTES;
    const prepared = await this.local.prepare(stage, session.region, minutes);
    if (!prepared || !(await this.offers.sign(offer, prepared))) return undefined;
    const { participantId, userId, attributes } = offer;
    return prepared.sign({ participantId, userId, attributes, capabilities: capabilitiesOf(offer.role) });
  }

  accept(offer: Offer): Promise<void> {
    return this.offers.accept(offer);
  }
}

import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import type { Room } from './room.repository.js';

export type ChatCapability = 'SEND_MESSAGE' | 'DELETE_MESSAGE' | 'DISCONNECT_USER';

/** What a chat token lets its bearer do. */
export interface ChatGrant {
  room: Room;
  userId: string;
  capabilities: readonly ChatCapability[];
  attributes: Record<string, string>;
  sessionExpiresMs: number;
}

interface Issued extends ChatGrant {
  tokenExpiresMs: number;
}

// AWS's older model says so, and its samples agree.
const TOKEN_LIFE_MS = 60_000;
const MINUTE_MS = 60_000;
const BODY_LENGTH = 160;
const CHECK_LENGTH = 40;

/** Chat tokens that were given out and not used yet. A restart forgets them: they live a minute, and clients ask again. */
export class ChatTokens {
  private readonly issued = new Map<string, Issued>();

  constructor(
    private readonly clock: Clock,
    private readonly ids: Ids,
  ) {}

  issue(grant: Omit<ChatGrant, 'sessionExpiresMs'>, sessionDurationInMinutes: number) {
    this.forgetExpired();
    const nowMs = this.clock.nowMs();
    const sessionExpiresMs = nowMs + sessionDurationInMinutes * MINUTE_MS;
    const tokenExpiresMs = nowMs + TOKEN_LIFE_MS;
    // AWS's sample has ! and # in it, which a client must be able to send.
    const token = `AQIC${this.ids.token(BODY_LENGTH)}#${this.ids.token(CHECK_LENGTH)}!`;
    this.issued.set(token, { ...grant, sessionExpiresMs, tokenExpiresMs });
    return { token, sessionExpiresMs, tokenExpiresMs };
  }

  /** Opens a connection, once. @returns nothing for a token that is unknown, used or too old */
  redeem(token: string): ChatGrant | undefined {
    const found = this.issued.get(token);
    this.issued.delete(token);
    return found && found.tokenExpiresMs > this.clock.nowMs() ? found : undefined;
  }

  reset(): void {
    this.issued.clear();
  }

  /** In the order of issue, which is that of expiry. */
  private forgetExpired(): void {
    for (const [token, { tokenExpiresMs }] of this.issued) {
      if (tokenExpiresMs > this.clock.nowMs()) return;
      this.issued.delete(token);
    }
  }
}

import { Injectable } from '@nestjs/common';
import { chatEndpoint, RoomClient } from '#chat';
import type { ChatToken, CreateSessionChatToken, JoinedChat, ParticipantRole, Session } from '#contracts';
import { AppError, Clock, Config, type Principal } from '#platform';
import { assertMayOn, mayJoin, SessionRepository } from '#sessions';
import { requiredUserOf } from '../http/caller.policy.js';
import { PublicUrl } from '../http/public-url.js';

const MINUTE_MS = 60_000;

/** Who chats in a session as what, and with which token. */
@Injectable()
export class SessionChatService {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly rooms: RoomClient,
    private readonly publicUrl: PublicUrl,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** What joining says of the chat: no token, since one lives a minute only and IVS Chat makes 200 a second. */
  describe({ id, roomArn, region }: Session): JoinedChat | undefined {
    if (roomArn === undefined) return undefined;
    const tokenUrl = `${this.publicUrl.origin}/v1/sessions/${id}/chat-token`;
    return { roomArn, region, endpoint: chatEndpoint(this.config, region), tokenUrl };
  }

  /**
   * `tokenExpirationTime` is the session's: `amazon-ivs-chat-messaging` reconnects by that field alone, and with AWS's
   * minute in it every client would connect anew, with another token, every 30 seconds or faster.
   * @throws AppError NOT_FOUND, FORBIDDEN, SESSION_ENDED, VALIDATION_FAILED, AWS_BUSY, AWS_REFUSED
   */
  async mint(caller: Principal, sessionId: string, wish: CreateSessionChatToken): Promise<ChatToken> {
    const session = await this.sessions.find(sessionId);
    assertMayOn(caller, 'session.chat', session);
    const userId = requiredUserOf(caller, wish.userId);
    if (session.status === 'ended') throw new AppError('SESSION_ENDED');
    const displayName = wish.displayName ?? (caller.kind === 'user' ? caller.displayName : undefined);
    const role = roleIn(session, caller, userId);
    const issued =
      session.roomArn &&
      (await this.rooms.createToken(session.roomArn, {
        userId,
        // Moderators too: deleting and disconnecting go through us, so that the audit is whole.
        capabilities: ['SEND_MESSAGE'],
        attributes: { role, ...(displayName === undefined ? {} : { displayName }) },
        sessionDurationInMinutes: this.minutesFor(caller),
      }));
    if (!issued) throw new AppError('NOT_FOUND', 'This session has no chat.');
    const expires = issued.sessionExpiresAt.toISOString();
    return { token: issued.token, sessionExpirationTime: expires, tokenExpirationTime: expires };
  }

  /** Nobody chats much longer than the access token lives that let them in. */
  private minutesFor(caller: Principal): number {
    const longest = this.config.env.CHAT_SESSION_MINUTES;
    if (caller.kind === 'api_key') return longest;
    const minutesLeft = Math.ceil((caller.expiresAtMs - this.clock.nowMs()) / MINUTE_MS);
    return Math.max(1, Math.min(longest, minutesLeft));
  }
}

/** As what one chats: a badge for others to see, which gives no right. */
function roleIn(session: Session, caller: Principal, userId: string): ParticipantRole {
  if (caller.kind === 'api_key') return userId === session.hostUserId ? 'host' : 'viewer';
  if (mayJoin(caller, session, 'host')) return 'host';
  return mayJoin(caller, session, 'moderator') ? 'moderator' : 'viewer';
}

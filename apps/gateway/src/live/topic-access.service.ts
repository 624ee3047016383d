import { Injectable } from '@nestjs/common';
import { AppError, Clock, type Principal } from '#platform';
import { LOBBY_TOPIC, may, mayOn, type SessionFacts, SessionRepository, sessionIdOf, visibleSessions } from '#sessions';

// Whom a session belongs to and who may see it never changes; this only bounds what a thousand subscribers a second ask.
const CACHE_MS = 10_000;
const CACHE_SIZE = 5_000;

/** Who may follow which topic. What one may not see does not exist. */
@Injectable()
export class TopicAccess {
  private readonly known = new Map<string, { session: Promise<SessionFacts | undefined>; untilMs: number }>();

  constructor(
    private readonly sessions: SessionRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws AppError NOT_FOUND */
  async assertMayFollow(principal: Principal, topic: string): Promise<void> {
    if (!(await this.mayFollow(principal, topic))) throw new AppError('NOT_FOUND', 'There is no such topic.');
  }

  async mayFollow(principal: Principal, topic: string): Promise<boolean> {
    if (topic === LOBBY_TOPIC) {
      if (!may(principal, 'session.see')) return false;
      const visible = visibleSessions(principal);
      return visible === 'all' || visible.isPublic;
    }
    const sessionId = sessionIdOf(topic);
    const session = sessionId === undefined ? undefined : await this.find(sessionId);
    return session !== undefined && mayOn(principal, 'session.see', session);
  }

  private find(sessionId: string): Promise<SessionFacts | undefined> {
    const nowMs = this.clock.nowMs();
    const kept = this.known.get(sessionId);
    if (kept && nowMs < kept.untilMs) return kept.session;
    const session = this.sessions.find(sessionId);
    this.known.set(sessionId, { session, untilMs: nowMs + CACHE_MS * this.clock.scale });
    // What is not there yet, or could not be read, is asked for again.
    const forget = () => this.known.delete(sessionId);
    session.then((found) => found ?? forget(), forget);
    const [oldest] = this.known.keys();
    if (this.known.size > CACHE_SIZE && oldest !== undefined) this.known.delete(oldest);
    return session;
  }
}

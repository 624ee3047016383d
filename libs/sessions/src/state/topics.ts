/** Public sessions, for everyone. */
export const LOBBY_TOPIC = 'lobby';

const SESSION_PREFIX = 'session/';

export function sessionTopic(sessionId: string): string {
  return `${SESSION_PREFIX}${sessionId}`;
}

/** @returns undefined for a topic that is not a session's */
export function sessionIdOf(topic: string): string | undefined {
  return topic.startsWith(SESSION_PREFIX) ? topic.slice(SESSION_PREFIX.length) : undefined;
}

/** What one socket, and one user on this gateway, may use. */
export const SOCKET_LIMITS = {
  // More than a page can show; a client that is back after a cut subscribes to all of them at once.
  topics: 50,
  // The customer's own backend may follow many shows over one socket.
  topicsOfApiKey: 1_000,
  messageBurst: 50,
  messagesPerSecond: 10,
  // Phone, tablet, a few tabs, and what has not timed out yet after a cut. The API key has no limit.
  socketsOfUser: 20,
  // An access token is below 8 KiB, and nothing else that a client sends is large.
  messageBytes: 65_536,
  // Time to send the first packet; until then a connection is nobody's.
  connectTimeoutMs: 10_000,
} as const;

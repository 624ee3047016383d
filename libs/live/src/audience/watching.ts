// Three heartbeats missed: the gateway is dead or cut off, and so are its sockets.
const DEAD_AFTER = `interval '10 seconds'`;

/** For SQL: `gateway` lives. Times are the database's own, so no host's clock matters. */
export const GATEWAY_LIVES = `g.seen_at > now() - ${DEAD_AFTER}`;

/**
 * An SQL expression of type integer for snapshot sources: how many distinct users have a socket subscribed to the topic
 * `$1`, over all gateways.
 */
export const WATCHING_SQL = `(SELECT count(DISTINCT w.user_id)::int FROM watcher w
  JOIN gateway_instance g ON g.id = w.gateway_id AND ${GATEWAY_LIVES} WHERE w.topic = $1)`;

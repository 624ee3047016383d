import type pg from 'pg';

/**
 * Connections that the server closed (a restart, a failover, an operator) are told and replaced. The pool listens to idle
 * ones only: without a listener of its own, one that is lost between two statements of a transaction would end the process.
 */
export function surviveLostConnections(pool: pg.Pool, tell: (error: Error) => void): void {
  pool.on('connect', (client) => {
    // A connection says it twice or more: what the server said, and that the socket is closed.
    let isTold = false;
    client.on('error', (error) => {
      if (!isTold) tell(error);
      isTold = true;
    });
  });
  // The pool repeats what idle connections said.
  pool.on('error', () => {});
}

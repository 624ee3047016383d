/**
 * The contract between a process of ours and what started it (`npm start`, the test stack, an orchestrator).
 * With an IPC channel: it says once that it is ready and where it listens, and goes away when the supervisor is gone, so
 * that a kill -9 of `npm start` leaves nothing behind. Without one (production): only the signals matter.
 * SIGTERM and SIGINT drain within 10 s and exit 0; a second signal, or a drain that hangs, exits at once with 1.
 */
// Promised to orchestrators (docs/operations.md); Kubernetes would kill after 30 s, docker after 10.
export const DRAIN_LIMIT_MS = 10_000;
// One Ctrl-C can arrive twice: from the terminal, and from npm, which hands it on.
export const SAME_SIGNAL_MS = 500;

/** Sent by a supervised process when it serves; `url` where it listens, for those that do. */
export interface ReadyMessage {
  type: 'ready';
  url?: string;
}

export const isReadyMessage = (message: unknown): message is ReadyMessage =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

/** Tells the supervisor, if there is one, that this process serves from now on. */
export function announceReady(url?: string): void {
  const message: ReadyMessage = { type: 'ready', ...(url ? { url } : {}) };
  // The supervisor may be gone already; `onSupervisorLost` deals with that, not this call.
  process.send?.(message, undefined, undefined, () => undefined);
}

/** Runs `lost` once when the supervisor dies. Does nothing when there never was one. */
export function onSupervisorLost(lost: () => void): void {
  if (!process.channel) return;
  process.once('disconnect', lost);
  // Listening must not keep a process alive that has nothing else to do.
  process.channel.unref();
}

/**
 * Drains on SIGTERM, SIGINT and on losing the supervisor, then exits. Call it before the first slow step of `main`, so
 * that a process stopped while it starts does not linger.
 * @param drain resolves when running work is finished and sockets are told
 */
export function onShutdown(drain: (reason: string) => Promise<void>): void {
  let drainingSinceMs: number | undefined;
  const begin = (reason: string) => {
    if (drainingSinceMs !== undefined) {
      if (performance.now() - drainingSinceMs > SAME_SIGNAL_MS) process.exit(1);
      return;
    }
    drainingSinceMs = performance.now();
    setTimeout(() => process.exit(1), DRAIN_LIMIT_MS).unref();
    drain(reason).then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`the shutdown failed: ${error instanceof Error ? error.stack : String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => begin('SIGTERM'));
  process.on('SIGINT', () => begin('SIGINT'));
  onSupervisorLost(() => begin('the supervisor is gone'));
}

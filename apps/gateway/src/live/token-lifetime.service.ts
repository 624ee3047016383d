import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import {
  AppError,
  Clock,
  isBefore,
  isoFromMicros,
  microsFromMillis,
  type Principal,
  Revocations,
  StoredApiKeys,
} from '#platform';
import type { LiveSocket } from './live.socket.js';
import { SocketRegistry } from './socket.registry.js';

// Time for a client to ask its own backend for a new token, even on a bad line.
const WARNING_MS = 60_000;

/** Sockets live as long as their token: warned a minute before, closed at the end and when it is revoked. */
@Injectable()
export class TokenLifetimes implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly timers = new WeakMap<LiveSocket, () => void>();
  private stopListening = () => {};

  constructor(
    private readonly registry: SocketRegistry,
    private readonly revocations: Revocations,
    private readonly apiKeys: StoredApiKeys,
    private readonly clock: Clock,
  ) {}

  onApplicationBootstrap(): void {
    this.stopListening = this.revocations.onRevoked((userId, mark) => this.revoked(userId, mark));
  }

  onApplicationShutdown(): void {
    this.stopListening();
  }

  /** Watches over the socket's token from now on; again after it was renewed. */
  watch(live: LiveSocket): void {
    this.forget(live);
    const { principal } = live;
    if (principal.kind !== 'user') {
      this.watchKey(live, principal.id);
      return;
    }
    const leftMs = principal.expiresAtMs - this.clock.nowMs();
    const expiresAt = isoFromMicros(microsFromMillis(principal.expiresAtMs));
    const cancelWarning = this.clock.setTimeout(
      () => live.socket.emit('token.expiring', { expiresAt }),
      Math.max(0, leftMs - WARNING_MS),
    );
    const cancelEnd = this.clock.setTimeout(() => live.close(new AppError('TOKEN_EXPIRED')), leftMs);
    this.timers.set(live, () => {
      cancelWarning();
      cancelEnd();
    });
  }

  /** A key does not expire; the environment's is not revoked while we run. */
  private watchKey(live: LiveSocket, id: string | undefined): void {
    if (id === undefined) return;
    const close = () => live.close(new AppError('UNAUTHENTICATED', 'The API key has been revoked.'));
    this.timers.set(live, this.apiKeys.watch(id, close));
  }

  forget(live: LiveSocket): void {
    this.timers.get(live)?.();
    this.timers.delete(live);
  }

  private revoked(userId: string, mark: number): void {
    for (const live of this.registry.ofUser(userId)) {
      if (isRevoked(live.principal, mark)) {
        live.close(new AppError('UNAUTHENTICATED', 'The access token has been revoked.'));
      }
    }
  }
}

function isRevoked(principal: Principal, mark: number): boolean {
  return principal.kind === 'user' && isBefore(principal, mark);
}

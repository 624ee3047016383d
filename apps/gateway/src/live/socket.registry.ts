import { AppError } from '#platform';
import type { LiveSocket } from './live.socket.js';
import { SOCKET_LIMITS } from './socket.limits.js';

/** The sockets of this process, by user. */
export class SocketRegistry {
  private readonly sockets = new Set<LiveSocket>();
  private readonly byUser = new Map<string, Set<LiveSocket>>();

  get size(): number {
    return this.sockets.size;
  }

  get all(): LiveSocket[] {
    return [...this.sockets];
  }

  get userIds(): string[] {
    return [...this.byUser.keys()];
  }

  ofUser(userId: string): LiveSocket[] {
    return [...(this.byUser.get(userId) ?? [])];
  }

  /** @throws AppError RATE_LIMITED when the user has too many sockets on this gateway */
  add(live: LiveSocket): void {
    const { userId } = live;
    if (userId !== undefined) {
      const own = this.byUser.get(userId) ?? new Set();
      if (own.size >= SOCKET_LIMITS.socketsOfUser) {
        throw new AppError('RATE_LIMITED', `A user may have ${SOCKET_LIMITS.socketsOfUser} sockets.`);
      }
      this.byUser.set(userId, own.add(live));
    }
    this.sockets.add(live);
  }

  /** @returns whether it was there */
  remove(live: LiveSocket): boolean {
    if (!this.sockets.delete(live)) return false;
    const own = live.userId === undefined ? undefined : this.byUser.get(live.userId);
    own?.delete(live);
    if (own?.size === 0 && live.userId !== undefined) this.byUser.delete(live.userId);
    return true;
  }
}

import type { Session } from '#contracts';
import { AppError, type Clock } from '#platform';
import type { DeviceToken } from './issued-token.js';
import type { TokenRepository } from './token.repository.js';
import type { GivenToken, TokenIssuer } from './token-issuer.js';

/** A new participant token for a device that has joined, with the role that it has: nobody is promoted by renewing. */
export class RenewService {
  constructor(
    private readonly tokens: TokenRepository,
    private readonly issuer: TokenIssuer,
    private readonly clock: Clock,
  ) {}

  /**
   * @param deviceId may be left out by a user with one device
   * @throws AppError SESSION_ENDED; NOT_FOUND for who has not joined; CONFLICT for who was disconnected, or has several
   *   devices and names none; AWS_BUSY, AWS_REFUSED
   */
  async renew(session: Session, userId: string, deviceId?: string): Promise<GivenToken> {
    if (session.status === 'ended') throw new AppError('SESSION_ENDED');
    const devices = await this.tokens.devices(session.id, userId, deviceId);
    const isMeant = (device: DeviceToken) => deviceId !== undefined || device.expiresAt.getTime() > this.clock.nowMs();
    const [device, ...others] = devices.filter((one) => !one.isRevoked && isMeant(one));
    if (others.length > 0) throw new AppError('CONFLICT', 'This user has several devices: name the `deviceId`.');
    if (device) return this.issuer.give(session, device);
    if (devices.some((one) => one.isRevoked)) throw new AppError('CONFLICT', 'It was disconnected: join again.');
    throw new AppError('NOT_FOUND', 'This device has not joined the session.');
  }
}

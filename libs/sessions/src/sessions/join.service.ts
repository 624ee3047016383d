import type { ParticipantRole, Session } from '#contracts';
import { AppError, type Ids } from '#platform';
import type { GivenToken, TokenIssuer } from '../tokens/token-issuer.js';

export interface Joiner {
  userId: string;
  role: ParticipantRole;
  deviceId?: string | undefined;
  displayName?: string | undefined;
}

const DEVICE_ID_LENGTH = 16;

/** Gives a user's device what it needs to be on the stage. */
export class JoinService {
  constructor(
    private readonly issuer: TokenIssuer,
    private readonly ids: Ids,
  ) {}

  /**
   * The caller has decided that this user may have this role. The same device joining again keeps its participant id,
   * where we sign its tokens and did not disconnect it.
   * @throws AppError SESSION_ENDED, AWS_BUSY, AWS_REFUSED
   */
  async join(session: Session, joiner: Joiner): Promise<GivenToken> {
    if (session.status === 'ended') throw new AppError('SESSION_ENDED');
    const { userId, role, displayName } = joiner;
    return this.issuer.give(session, {
      userId,
      role,
      deviceId: joiner.deviceId ?? this.ids.token(DEVICE_ID_LENGTH),
      attributes: { role, ...(displayName ? { displayName } : {}) },
    });
  }
}

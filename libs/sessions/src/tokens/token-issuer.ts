import type { ParticipantRole, Session } from '#contracts';
import type { LocalTokens, StageClient } from '#ivs';
import { AppError, type Config, type Ids } from '#platform';
import type { TokenHolder } from './issued-token.js';
import type { StageEndpoints } from './stage-endpoints.js';
import type { TokenRepository } from './token.repository.js';

export interface GivenToken {
  participantToken: string;
  participantId: string;
  deviceId: string;
  expiresAt: string;
}

// IVS's own ids have 12 characters; 62^16 of them never meet by chance.
const PARTICIPANT_ID_LENGTH = 16;

/**
 * Gives a device its participant token and remembers that it did. Signed here when a key is configured for the session's
 * region: no quota, no call, and the device keeps its participant id. Otherwise IVS makes it, with a new id each time.
 */
export class TokenIssuer {
  constructor(
    private readonly local: LocalTokens,
    private readonly stages: StageClient,
    private readonly endpoints: StageEndpoints,
    private readonly tokens: TokenRepository,
    private readonly ids: Ids,
    private readonly config: Config,
  ) {}

  /** @throws AppError SESSION_ENDED, AWS_BUSY, AWS_REFUSED */
  async give(session: Session, holder: TokenHolder): Promise<GivenToken> {
    if (session.status === 'ended') throw new AppError('SESSION_ENDED');
    return (await this.sign(session, holder)) ?? (await this.ask(session, holder));
  }

  private async sign(session: Session, holder: TokenHolder): Promise<GivenToken | undefined> {
    const stage = await this.endpoints.of(session.stageArn);
    if (!stage) return undefined;
    const prepared = await this.local.prepare(stage, session.region, this.minutes);
    if (!prepared) return undefined;
    const { kid, expiresAt } = prepared;
    const capabilities = capabilitiesOf(holder.role);
    const participantId = await this.remember(session, holder, {
      participantId: this.ids.token(PARTICIPANT_ID_LENGTH),
      expiresAt,
      kid,
    });
    const { userId, attributes } = holder;
    const participantToken = await prepared.sign({ participantId, userId, capabilities, attributes });
    return { participantToken, participantId, deviceId: holder.deviceId, expiresAt: expiresAt.toISOString() };
  }

  private async ask(session: Session, holder: TokenHolder): Promise<GivenToken> {
    const { userId, attributes, deviceId, role } = holder;
    const issued = await this.stages.createToken(session.stageArn, {
      userId,
      durationMinutes: this.minutes,
      capabilities: capabilitiesOf(role),
      attributes,
    });
    const { participantId, expiresAt } = issued;
    await this.remember(session, holder, { participantId, expiresAt });
    return { participantToken: issued.token, participantId, deviceId, expiresAt: expiresAt.toISOString() };
  }

  /** @throws AppError SESSION_ENDED: it ended meanwhile, the stage is being deleted and the token with it */
  private async remember(
    session: Session,
    holder: TokenHolder,
    token: { participantId: string; expiresAt: Date; kid?: string },
  ): Promise<string> {
    const capabilities = capabilitiesOf(holder.role);
    const participantId = await this.tokens.remember({ ...holder, ...token, capabilities, sessionId: session.id });
    if (participantId === undefined) throw new AppError('SESSION_ENDED');
    return participantId;
  }

  private get minutes(): number {
    return this.config.env.PARTICIPANT_TOKEN_MINUTES;
  }
}

/** What a role may do on the stage. */
export function capabilitiesOf(role: ParticipantRole): ('PUBLISH' | 'SUBSCRIBE')[] {
  return role === 'host' || role === 'guest' ? ['PUBLISH', 'SUBSCRIBE'] : ['SUBSCRIBE'];
}

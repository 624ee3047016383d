import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import type { Assumptions } from '../assumptions/assumptions.js';
import type { ParticipantTokens } from './participant-token.js';
import type { TokenConfiguration } from './realtime.schema.js';
import type { Capability, Stage } from './stage.records.js';

const PARTICIPANT_ID_LENGTH = 12;
const MS_PER_MINUTE = 60_000;
const ALL: Capability[] = ['PUBLISH', 'SUBSCRIBE'];

/** Makes participant tokens, each with a participant id of its own. */
export class TokenMint {
  constructor(
    private readonly tokens: ParticipantTokens,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly assumptions: Assumptions,
  ) {}

  mint(stage: Stage, { duration, userId, attributes, capabilities }: TokenConfiguration) {
    const participantId = this.ids.token(PARTICIPANT_ID_LENGTH);
    const expiresAtMs = this.clock.nowMs() + duration * MS_PER_MINUTE;
    const allowed = this.capabilities(capabilities);
    const token = this.tokens.sign({
      jti: participantId,
      resource: stage.arn,
      exp: expiresAtMs,
      user_id: userId ?? '',
      attributes: attributes ?? {},
      capabilities: allowed,
      isExchangeable: false,
    });
    return {
      participantId,
      token,
      userId,
      attributes,
      duration,
      capabilities: allowed,
      expirationTime: new Date(expiresAtMs).toISOString(),
    };
  }

  private capabilities(asked: Capability[] | undefined): Capability[] {
    const isDefault = !asked || (asked.length === 0 && this.assumptions.get('emptyCapabilitiesMeanAll'));
    return isDefault ? ALL : [...new Set(asked)];
  }
}

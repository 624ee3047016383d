import type { Clock } from '#platform';
import type { KeyRing } from './key-ring.js';
import { participantClaims, type TokenGrant, type TokenStage } from './participant-claims.js';
import type { TokenSigner } from './token-signer.js';

/** A token that can be signed now; `sign` once it is written down who gets it. */
export interface PreparedToken {
  /** The ARN of the key. */
  kid: string;
  expiresAt: Date;
  sign(grant: TokenGrant): Promise<string>;
}

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;

/** Participant tokens without IVS: signed with a key that it holds the public half of. They have no quota. */
export class LocalTokens {
  constructor(
    private readonly keys: KeyRing,
    private readonly signer: TokenSigner,
    private readonly clock: Clock,
  ) {}

  /**
   * @param minutes 1 to 20,160: IVS refuses a token that lives longer than 14 days
   * @returns undefined when no key signs in the stage's region: CreateParticipantToken has to be asked
   */
  async prepare(stage: TokenStage, region: string, minutes: number): Promise<PreparedToken | undefined> {
    const issuedAt = Math.floor(this.clock.nowMs() / MS_PER_SECOND);
    const expiresAt = issuedAt + minutes * SECONDS_PER_MINUTE;
    const key = await this.keys.keyFor(region, expiresAt * MS_PER_SECOND);
    if (!key) return undefined;
    return {
      kid: key.arn,
      expiresAt: new Date(expiresAt * MS_PER_SECOND),
      sign: (grant) => this.signer.sign(key, participantClaims(stage, grant, { issuedAt, expiresAt })),
    };
  }
}

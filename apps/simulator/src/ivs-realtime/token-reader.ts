import { DeviceRefusal } from './device.refusal.js';
import type { KeyPairTokens } from './key-pair-token.js';
import type { ParticipantTokens, TokenClaims } from './participant-token.js';
import type { Stage } from './stage.records.js';
import type { StageRepository } from './stage.repository.js';

/** Reads participant tokens of both kinds and says whether one opens its stage. */
export class TokenReader {
  constructor(
    private readonly stages: StageRepository,
    private readonly apiTokens: ParticipantTokens,
    private readonly keyPairTokens: KeyPairTokens,
  ) {}

  /** @throws DeviceRefusal 401 with the reason */
  read(token: string): { stage: Stage; claims: TokenClaims } {
    const reading = this.apiTokens.isOne(token) ? this.apiTokens.read(token) : this.keyPairTokens.read(token);
    if ('refusal' in reading) throw refused(reading.refusal);
    const { claims } = reading;
    const stage = this.stages.find(claims.resource);
    if (!stage) throw refused('the stage of the token was deleted');
    if (stage.killed.includes(claims.jti)) throw refused('the token was disconnected by DisconnectParticipant');
    return { stage, claims };
  }
}

const refused = (reason: string) => new DeviceRefusal(401, 'TOKEN_REFUSED', reason);

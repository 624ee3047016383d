import type { IssuedParticipantToken, LocalTokens, NewParticipantToken, StageClient } from '#ivs';
import type { Ids } from '#platform';
import type { StageEndpoints } from './stage-endpoints.js';

/** A token by stage, whoever made it. */
export interface StageTokenIssue extends IssuedParticipantToken {
  /** The key's ARN; absent for a token made by CreateParticipantToken. */
  kid?: string;
}

const PARTICIPANT_ID_LENGTH = 16;

/** Participant tokens by stage, each for a new participant. */
export class StageTokens {
  constructor(
    private readonly local: LocalTokens,
    private readonly endpoints: StageEndpoints,
    private readonly stages: StageClient,
    private readonly ids: Ids,
  ) {}

  /**
   * @param isOurs whether we made the stage: of others we do not hear when they are deleted, so IVS makes their tokens
   * @throws AppError AWS_BUSY, AWS_REFUSED
   */
  async issue(stageArn: string, isOurs: boolean, token: NewParticipantToken): Promise<StageTokenIssue> {
    const stage = isOurs ? await this.endpoints.of(stageArn) : undefined;
    // The region is the fourth part of an ARN.
    const region = stageArn.split(':')[3] ?? '';
    const prepared = stage && (await this.local.prepare(stage, region, token.durationMinutes));
    if (!prepared) return this.stages.createToken(stageArn, token);
    const { kid, expiresAt } = prepared;
    const participantId = this.ids.token(PARTICIPANT_ID_LENGTH);
    return { token: await prepared.sign({ ...token, participantId }), participantId, expiresAt, kid };
  }
}

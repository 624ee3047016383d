import type { ParticipantTokenCapability } from '@aws-sdk/client-ivs-realtime';

/** A stage as a token names it: its ARN and the two endpoints that IVS gave it. */
export interface TokenStage {
  arn: string;
  eventsUrl: string;
  whipUrl: string;
}

/** Who the token is for and what it allows. */
export interface TokenGrant {
  participantId: string;
  userId: string;
  capabilities: readonly ParticipantTokenCapability[];
  attributes: Record<string, string>;
}

/** Seconds since 1970, as JWT counts. */
export interface TokenLife {
  issuedAt: number;
  expiresAt: number;
}

const VERSION = '1.0';

/**
 * The payload of a participant token made with a key pair. Every claim but the last two is mandatory.
 * https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/getting-started-distribute-tokens.html
 */
export function participantClaims(stage: TokenStage, grant: TokenGrant, life: TokenLife) {
  return {
    exp: life.expiresAt,
    iat: life.issuedAt,
    jti: grant.participantId,
    resource: stage.arn,
    topic: stageIdOf(stage.arn),
    events_url: stage.eventsUrl,
    whip_url: stage.whipUrl,
    capabilities: {
      allow_publish: grant.capabilities.includes('PUBLISH'),
      allow_subscribe: grant.capabilities.includes('SUBSCRIBE'),
    },
    user_id: grant.userId,
    attributes: grant.attributes,
    version: VERSION,
  };
}
export type ParticipantClaims = ReturnType<typeof participantClaims>;

/** The stage id is the last part of its ARN. */
function stageIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

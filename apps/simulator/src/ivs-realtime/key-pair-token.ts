import { verify } from 'node:crypto';
import { z } from 'zod';
import type { Clock } from '#platform/clock';
import { Attributes } from '../protocol/constraints.schema.js';
import type { TokenReading } from './participant-token.js';
import type { PublicKeyRepository } from './public-key.repository.js';
import type { Stage } from './stage.records.js';
import type { StageRepository } from './stage.repository.js';

/**
 * Participant tokens that a product signs itself: JWT, ES384, with the ARN of an imported key as `kid`.
 * https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/getting-started-distribute-tokens.html
 */
const Header = z.object({ alg: z.literal('ES384'), typ: z.literal('JWT'), kid: z.string() });

const Claims = z.object({
  exp: z.int(),
  iat: z.int(),
  jti: z.string().regex(/^[a-zA-Z0-9-_]{1,64}$/),
  resource: z.string(),
  topic: z.string(),
  events_url: z.string(),
  whip_url: z.string(),
  capabilities: z.object({ allow_publish: z.boolean(), allow_subscribe: z.boolean() }),
  user_id: z.string().max(128).default(''),
  attributes: Attributes.default({}),
  version: z.literal('1.0'),
});
type Claims = z.infer<typeof Claims>;

const MS_PER_SECOND = 1_000;
const LONGEST_SECONDS = 14 * 86_400;
// Clocks differ a little. How much IVS allows is not documented.
const LEEWAY_SECONDS = 60;

export class KeyPairTokens {
  constructor(
    private readonly keys: PublicKeyRepository,
    private readonly stages: StageRepository,
    private readonly clock: Clock,
  ) {}

  read(token: string): TokenReading {
    const [header, payload, signature, ...rest] = token.split('.');
    if (!header || !payload || !signature || rest.length > 0) return refuse('the token is not a JWT');
    const head = Header.safeParse(decode(header));
    if (!head.success) return refuse(`the header is wrong: ${fieldsOf(head.error)}`);
    const body = Claims.safeParse(decode(payload));
    if (!body.success) return refuse(`the claims are wrong: ${fieldsOf(body.error)}`);
    const claims = body.data;
    // The stage's region decides which keys count: an account has keys in each region of its own.
    const key = this.keys.find(head.data.kid, claims.resource.split(':')[3] ?? '');
    if (!key) return refuse('kid names no public key of this account and region');
    const isSigned = verify(
      'sha384',
      Buffer.from(`${header}.${payload}`),
      { key: this.keys.keyOf(key), dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    if (!isSigned) return refuse('the signature is wrong');
    return this.judge(claims);
  }

  private judge(claims: Claims): TokenReading {
    const now = this.clock.nowMs() / MS_PER_SECOND;
    if (claims.exp <= now) return refuse('the token has expired');
    if (claims.iat > now + LEEWAY_SECONDS) return refuse('iat lies in the future');
    if (claims.exp - claims.iat > LONGEST_SECONDS) return refuse('exp is more than 14 days after iat');
    const stage = this.stages.find(claims.resource);
    if (!stage) return refuse('the stage of the token was deleted');
    const wrong = foreignTo(stage, claims);
    if (wrong) return refuse(`${wrong} is not that of the stage`);
    const { allow_publish, allow_subscribe } = claims.capabilities;
    return {
      claims: {
        jti: claims.jti,
        resource: claims.resource,
        exp: claims.exp * MS_PER_SECOND,
        user_id: claims.user_id,
        attributes: claims.attributes,
        capabilities: [
          ...(allow_publish ? ['PUBLISH' as const] : []),
          ...(allow_subscribe ? ['SUBSCRIBE' as const] : []),
        ],
        isExchangeable: true,
      },
    };
  }
}

/** The first claim that another stage's token would have. */
function foreignTo(stage: Stage, claims: Claims): string | undefined {
  if (claims.topic !== stage.arn.slice(stage.arn.lastIndexOf('/') + 1)) return 'topic';
  if (claims.events_url !== stage.endpoints.events) return 'events_url';
  if (claims.whip_url !== stage.endpoints.whip) return 'whip_url';
  return undefined;
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

const fieldsOf = (error: z.ZodError) =>
  [...new Set(error.issues.map(({ path }) => path.join('.') || 'not JSON'))].join(', ');
const refuse = (refusal: string) => ({ refusal });

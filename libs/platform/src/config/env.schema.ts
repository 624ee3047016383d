import { z } from 'zod';

/**
 * Every environment variable of the product, one documented line each; `.env.example` is held equal to this by a test.
 * A process parses the subset that it needs (`loadConfig`), once, and reports every bad variable together.
 */
const port = z.coerce.number().int().min(0).max(65_535);
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean),
);
const SECRET_LENGTH = 16;
// As many characters as AES-256 has bytes.
const MASTER_KEY_LENGTH = 32;
const secret = z.string().min(SECRET_LENGTH, `at least ${SECRET_LENGTH} characters`);
// While a key is rotated both are taken: a comma-separated pair.
const rotatingSecret = list.pipe(z.array(secret).min(1).max(2));
const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ });
const redisUrls = list.pipe(z.array(z.url({ protocol: /^rediss?$/ })).min(1));
const requests = z.coerce.number().int().min(0);
// Four digits are far above what AWS gives anybody; zero would wait for ever.
const QUOTA = /^(\*|[A-Za-z]+)=[1-9]\d{0,3}$/;
const quotas = list.pipe(z.array(z.string().regex(QUOTA, 'Operation=calls a second, such as CreateStage=20')));

// By public key only: whoever knows a public key could sign with it as a secret.
const ASYMMETRIC = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'] as const;
const claims = list.pipe(
  z.array(z.string().regex(/^(userId|role|sessionId|scope|displayName)=.+$/, 'ours=theirs, such as role=app_role')),
);

export const Env = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production takes no default for anything that matters'),
  PORT: port.default(3000).describe('the gateway listens here; 0 is any free port'),
  HOST: z.string().default('127.0.0.1').describe('the address that the gateway listens on; 0.0.0.0 in a container'),
  SIMULATOR_PORT: port.default(3050).describe('the simulator listens here; 0 is any free port'),
  PUBLIC_URL: z.url().optional().describe('where clients reach the gateway; default: where it listens'),
  CORS_ORIGINS: list
    .default([])
    .describe('browser origins that may call, comma-separated; * for any; default none but our own'),
  TRUST_PROXY: z
    .string()
    .default('')
    .describe('addresses or CIDRs of proxies whose X-Forwarded-For is believed; empty: none'),
  STAGEDOOR_DATA_DIR: z
    .string()
    .default('.stagedoor')
    .describe('the embedded database, the simulator and ready.json live here'),
  DATABASE_URL: postgresUrl
    .optional()
    .describe('Postgres 15 or newer; npm start brings an embedded one when this is unset'),
  DATABASE_DIRECT_URL: postgresUrl
    .optional()
    .describe('past a transaction pooler, for LISTEN and migrations; default DATABASE_URL'),
  DATABASE_POOL_MAX: z.coerce.number().int().min(4).max(200).default(20).describe('connections of one process'),
  REDIS_URL: redisUrls
    .optional()
    .describe('queues and bus on Redis 7; several comma-separated nodes mean a Cluster; unset: on Postgres'),
  AWS_MODE: z.enum(['simulator', 'aws']).default('simulator').describe('which cloud is spoken to'),
  AWS_REGION: z.string().default('us-west-2').describe("the SDK's own: the region of what is not asked for elsewhere"),
  STAGEDOOR_REGIONS: list
    .default([])
    .describe('regions that sessions may use, the first is the default; default AWS_REGION'),
  AWS_ENDPOINT_URL: z.url().optional().describe("the SDK's own: with AWS_MODE=simulator, where the simulator is"),
  AWS_QUOTAS: quotas
    .default([])
    .describe('quotas that AWS has raised for the account: Operation=calls a second, comma-separated; * is every one'),
  STAGEDOOR_API_KEY: rotatingSecret.optional().describe("the customer backend's key"),
  STAGEDOOR_INGEST_KEY: rotatingSecret.optional().describe('the key in the header that EventBridge sends'),
  STAGEDOOR_REVIEW_KEY: rotatingSecret.optional().describe('the key of the message review handler'),
  STAGEDOOR_JWT_SECRET: rotatingSecret.optional().describe('signs access tokens; the first signs, both verify'),
  STAGEDOOR_MASTER_KEY: z
    .string()
    .min(MASTER_KEY_LENGTH, `at least ${MASTER_KEY_LENGTH} characters`)
    .optional()
    .describe('encrypts the private keys that are kept in the database'),
  STAGEDOOR_PRIVATE_KEY_FILE: z
    .string()
    .optional()
    .describe('private keys that sign participant tokens, in PEM, instead of in the database'),
  PARTICIPANT_TOKEN_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(20_160)
    .default(60)
    .describe('how long a participant token lives; 14 days at most'),
  AUTH_JWKS_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("the key set of the customer's identity provider, whose tokens are then taken as access tokens"),
  AUTH_ISSUER: z.string().min(1).optional().describe("with AUTH_JWKS_URL: what the tokens' iss must be"),
  AUTH_AUDIENCE: z.string().min(1).optional().describe("with AUTH_JWKS_URL: what the tokens' aud must hold"),
  AUTH_ALGORITHMS: list
    .pipe(z.array(z.enum(ASYMMETRIC)).min(1))
    .default(['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA'])
    .describe('how these tokens may be signed'),
  AUTH_CLAIMS: claims
    .default(['userId=sub', 'role=role', 'sessionId=sessionId', 'scope=scope', 'displayName=name'])
    .describe('which of their claims is what of ours; one that is left out keeps its default'),
  AUTH_CLOCK_SKEW_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(600)
    .default(60)
    .describe("how far the identity provider's clock may be off"),
  STAGEDOOR_SIMULATOR_KEY: secret
    .optional()
    .describe('opens the simulator beyond loopback: the key that its controls then ask for'),
  STAGEDOOR_CLOCK_SCALE: z.coerce
    .number()
    .positive()
    .max(1_000)
    .default(1)
    .describe('rehearsals and tests: how much faster time runs'),
  STAGEDOOR_CLOCK_ORIGIN: z.coerce
    .number()
    .int()
    .nonnegative()
    .optional()
    .describe('where scaled time begins, milliseconds since 1970; npm start keeps it'),
  RATE_LIMIT_USER: requests.default(200).describe('requests of one access token’s user in 10 s; 0 is no limit'),
  RATE_LIMIT_ADDRESS: requests.default(5_000).describe('requests with access tokens from one address in 10 s'),
  RATE_LIMIT_UNAUTHENTICATED: requests
    .default(100)
    .describe('requests without good credentials from one address in 10 s'),
  RATE_LIMIT_JOIN: requests.default(10).describe('joins of one user by access token in 10 s'),
  RATE_LIMIT_API_KEY: requests.default(0).describe('requests with the API key in 10 s; 0 is no limit'),
  // IVS Chat's limits; AWS's own default is 60.
  CHAT_SESSION_MINUTES: z.coerce
    .number()
    .int()
    .min(1)
    .max(180)
    .default(60)
    .describe('how long a client chats before it connects anew with another token'),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('what is logged'),
});
export type Env = z.infer<typeof Env>;

/** Without a default in production: a guess here would be a security hole or a second, empty database. */
export const REQUIRED_IN_PRODUCTION = {
  gateway: [
    'DATABASE_URL',
    'AWS_MODE',
    'PUBLIC_URL',
    'STAGEDOOR_API_KEY',
    'STAGEDOOR_INGEST_KEY',
    'STAGEDOOR_REVIEW_KEY',
    'STAGEDOOR_JWT_SECRET',
  ],
  worker: ['DATABASE_URL', 'AWS_MODE'],
  cli: ['DATABASE_URL', 'AWS_MODE'],
  // Rehearsals only; what production demands is the gateway's and the worker's matter.
  simulator: [],
  launcher: [],
  verify: [],
} as const satisfies Record<string, readonly (keyof Env)[]>;

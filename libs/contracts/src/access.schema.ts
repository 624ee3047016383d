import { z } from 'zod';
import { PathId } from './query.schema.js';
import { Timestamp, UserId } from './session.schema.js';

export const AccessRole = z.enum(['viewer', 'host', 'moderator']);
export type AccessRole = z.infer<typeof AccessRole>;

/** POST /v1/access-tokens */
export const CreateAccessToken = z
  .strictObject({
    userId: UserId,
    role: AccessRole,
    sessionId: PathId.optional(),
    scope: z.literal('global').optional(),
    displayName: z
      .string()
      .trim()
      .min(1)
      .max(128)
      .regex(/^[^\p{C}]+$/u)
      .optional(),
    ttlSeconds: z.int().min(1).max(86_400).default(3_600),
  })
  .refine((grant) => grant.scope === undefined || grant.role === 'moderator', {
    path: ['scope'],
    error: 'only a moderator can be one of every session',
  });
export type CreateAccessToken = z.infer<typeof CreateAccessToken>;

export const AccessToken = z.object({ token: z.string(), expiresAt: Timestamp });
export type AccessToken = z.infer<typeof AccessToken>;

export const RevokeAccessTokens = z.strictObject({ userId: UserId });
export type RevokeAccessTokens = z.infer<typeof RevokeAccessTokens>;

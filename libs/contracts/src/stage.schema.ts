import { z } from 'zod';
import { Attributes, AwsName, forUser, Tags } from './aws.schema.js';
import { Region, Timestamp } from './session.schema.js';

/** A stage as IVS answers it; further fields of IVS come along. */
export const Stage = z.looseObject({
  arn: z.string(),
  name: z.string().optional(),
  activeSessionId: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  endpoints: z.looseObject({}).optional(),
});
export type Stage = z.infer<typeof Stage>;

/** `nextToken` is absent on the last page. With an access token a page may hold fewer than asked for, even none. */
export const StagePage = z.object({ stages: z.array(Stage), nextToken: z.string().optional() });
export type StagePage = z.infer<typeof StagePage>;

/** POST /v1/stages */
export const CreateStage = z.strictObject({
  name: AwsName.min(1),
  region: Region.optional(),
  tags: Tags.default({}),
});
export type CreateStage = z.infer<typeof CreateStage>;

/** GET /v1/stages, in IVS's order. */
export const ListStages = z.strictObject({
  region: Region.optional(),
  maxResults: z.coerce.number().int().min(1).max(100).default(50),
  nextToken: z
    .string()
    .min(1)
    .max(1_024)
    .regex(/^[a-zA-Z0-9+/=_-]*$/)
    .optional(),
});
export type ListStages = z.infer<typeof ListStages>;

export const StageCapability = z.enum(['PUBLISH', 'SUBSCRIBE']);
export type StageCapability = z.infer<typeof StageCapability>;

// IVS's limit: 14 days.
const LONGEST_TOKEN_MINUTES = 20_160;

/**
 * POST /v1/stages/{stage}/participant-tokens. Without `capabilities`: as many as the caller's role has. The default of
 * `durationMinutes` is the Flutter package's.
 */
export const CreateStageToken = z.strictObject({
  ...forUser,
  durationMinutes: z.int().min(1).max(LONGEST_TOKEN_MINUTES).default(120),
  capabilities: z.array(StageCapability).min(1).max(2).optional(),
  attributes: Attributes.default({}),
});
export type CreateStageToken = z.infer<typeof CreateStageToken>;

export const StageToken = z.object({
  token: z.string(),
  participantId: z.string(),
  userId: z.string(),
  capabilities: z.array(StageCapability),
  attributes: z.record(z.string(), z.string()),
  expirationTime: Timestamp,
});
export type StageToken = z.infer<typeof StageToken>;

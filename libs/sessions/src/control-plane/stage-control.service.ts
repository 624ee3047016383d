import type { CreateStage, ListStages, ParticipantRole, Stage, StageCapability, StageToken } from '#contracts';
import type { StageClient } from '#ivs';
import { AppError, awsErrorName, type Config, type Ids, isAwsNotFound } from '#platform';
import type { Installation } from '../sessions/installation.js';
import { isInLobby, LOBBY_ROOM_TAG } from '../sessions/lobby.tags.js';
import type { StageTokenIssue, StageTokens } from '../tokens/stage-tokens.js';
import type { TokenRepository } from '../tokens/token.repository.js';
import type { FoundResource } from './resource.directory.js';
import type { KnownResource, ResourceRepository } from './resource.repository.js';
import { allowedRegion } from './resource-name.policy.js';

export interface StageTokenWish {
  userId: string;
  durationMinutes: number;
  capabilities: StageCapability[];
  attributes: Record<string, string>;
}

export interface ListedStages {
  stages: { stage: Stage; known: KnownResource | undefined }[];
  nextToken?: string;
}

// A made-up device: whoever mints a token by stage has not said which device it is for.
const DEVICE_ID_LENGTH = 16;

/** Stages and participant tokens as AWS has them, for whoever was allowed to. What is made here is never swept. */
export class StageControlService {
  constructor(
    private readonly stages: StageClient,
    private readonly resources: ResourceRepository,
    private readonly installation: Installation,
    private readonly tokens: StageTokens,
    private readonly context: { config: Config; ids: Ids; given: TokenRepository },
  ) {}

  /** @param madeBy the host; absent: an API key. @throws AppError VALIDATION_FAILED, AWS_BUSY, AWS_REFUSED */
  async create({ name, region: asked, tags }: CreateStage, madeBy: string | undefined): Promise<Stage> {
    const region = allowedRegion(asked, this.context.config.regions, '/region');
    const stage = await this.stages.create(region, name, { ...tags, ...(await this.installation.managedTags()) });
    const lobby = { isListed: isInLobby(tags), roomArn: tags[LOBBY_ROOM_TAG] };
    try {
      await this.resources.insert({ arn: stage.arn, kind: 'stage', madeBy, ...lobby });
    } catch (error) {
      // Nobody would know it any more; if this fails too, an API key can still delete it.
      await this.stages.delete(stage.arn).catch(() => undefined);
      throw error;
    }
    return stage as Stage;
  }

  /** One page of IVS's list, each with what we know of it. @throws AppError VALIDATION_FAILED, AWS_BUSY, AWS_REFUSED */
  async list({ region: asked, ...page }: ListStages): Promise<ListedStages> {
    const region = allowedRegion(asked, this.context.config.regions, '/query/region');
    const { stages, nextToken } = await this.stages.list(region, page).catch((error: AppError) => {
      if (awsErrorName(error.cause) !== 'ValidationException') throw error;
      throw new AppError('VALIDATION_FAILED', 'the page token is not one of these', {
        errors: [{ pointer: '/query/nextToken', detail: 'take it from the page before' }],
      });
    });
    const arns = stages.flatMap(({ arn }) => arn ?? []);
    const known = await this.resources.known('stage', arns);
    const listed = stages.map((stage) => ({ stage: stage as Stage, known: known.get(stage.arn ?? '') }));
    return { stages: listed, ...(nextToken ? { nextToken } : {}) };
  }

  /** @throws AppError NOT_FOUND when IVS has no such stage */
  async delete({ arn }: FoundResource): Promise<void> {
    const wasThere = await this.stages.delete(arn);
    await this.resources.remove(arn);
    if (!wasThere) throw new AppError('NOT_FOUND');
  }

  /**
   * The token of a session's stage is remembered like one from joining. Signed here for
   * stages of ours when a key is configured, else by CreateParticipantToken.
   * @throws AppError NOT_FOUND when IVS has no such stage; SESSION_ENDED, AWS_BUSY, AWS_REFUSED
   */
  async mint({ arn, known }: FoundResource, wish: StageTokenWish): Promise<StageToken> {
    const session = known?.session;
    if (session?.status === 'ended') throw new AppError('SESSION_ENDED');
    const role = roleOf(wish, session?.hostUserId);
    // In a session the attribute `role` means the role of record: nobody dresses up as the host.
    const attributes = session && 'role' in wish.attributes ? { ...wish.attributes, role } : wish.attributes;
    const issued = await this.tokens
      .issue(arn, known !== undefined, { ...wish, attributes })
      .catch((error: AppError) => {
        throw isAwsNotFound(error.cause) ? new AppError('NOT_FOUND') : error;
      });
    const { userId, capabilities } = wish;
    if (session) await this.remember(session.id, role, { ...wish, ...issued, attributes });
    const { token, participantId } = issued;
    return { token, participantId, userId, capabilities, attributes, expirationTime: issued.expiresAt.toISOString() };
  }

  private async remember(
    sessionId: string,
    role: ParticipantRole,
    token: StageTokenWish & StageTokenIssue,
  ): Promise<void> {
    const { ids, given } = this.context;
    const { token: _, ...issued } = token;
    const participantId = await given.remember({ ...issued, deviceId: ids.token(DEVICE_ID_LENGTH), role, sessionId });
    // It ended meanwhile: the stage is being deleted, and the token with it.
    if (participantId === undefined) throw new AppError('SESSION_ENDED');
  }
}

/** The role of record that a token by stage amounts to. */
function roleOf({ userId, capabilities }: StageTokenWish, hostUserId: string | undefined): ParticipantRole {
  if (!capabilities.includes('PUBLISH')) return 'viewer';
  return userId === hostUserId ? 'host' : 'guest';
}

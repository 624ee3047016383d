import type { NewChatToken, RoomClient } from '#chat';
import type { ChatRoom, ChatToken, CreateChatRoom } from '#contracts';
import { AppError, type Config } from '#platform';
import type { Installation } from '../sessions/installation.js';
import type { FoundResource } from './resource.directory.js';
import type { ResourceRepository } from './resource.repository.js';
import { allowedRegion } from './resource-name.policy.js';

/** Chat rooms and chat tokens as AWS has them, for whoever was allowed to. What is made here is never swept. */
export class RoomControlService {
  constructor(
    private readonly rooms: RoomClient,
    private readonly resources: ResourceRepository,
    private readonly installation: Installation,
    private readonly config: Config,
  ) {}

  /** @param madeBy the host; absent: an API key. @throws AppError VALIDATION_FAILED, AWS_BUSY, AWS_REFUSED */
  async create({ region: asked, tags, ...room }: CreateChatRoom, madeBy: string | undefined): Promise<ChatRoom> {
    const region = allowedRegion(asked, this.config.regions, '/region');
    const allTags = { ...tags, ...(await this.installation.managedTags()) };
    const made = await this.rooms.create(region, { ...room, tags: allTags });
    try {
      await this.resources.insert({ arn: made.arn, kind: 'room', madeBy });
    } catch (error) {
      // Nobody would know it any more; if this fails too, an API key can still delete it.
      await this.rooms.delete(made.arn).catch(() => undefined);
      throw error;
    }
    const { createTime, updateTime, ...rest } = made;
    return {
      ...rest,
      ...(createTime ? { createTime: createTime.toISOString() } : {}),
      ...(updateTime ? { updateTime: updateTime.toISOString() } : {}),
    };
  }

  /**
   * A session's room is deleted by its ending.
   * @throws AppError NOT_FOUND when IVS Chat has no such room, CONFLICT while its session goes on
   */
  async delete({ arn, known }: FoundResource): Promise<void> {
    if (known?.session && known.session.status !== 'ended') {
      throw new AppError('CONFLICT', 'The room belongs to a session: end the session.');
    }
    const wasThere = await this.rooms.delete(arn);
    await this.resources.remove(arn);
    if (!wasThere) throw new AppError('NOT_FOUND');
  }

  /** AWS's own answer. @throws AppError NOT_FOUND when IVS Chat has no such room; SESSION_ENDED, AWS_BUSY, AWS_REFUSED */
  async mint({ arn, known }: FoundResource, wish: NewChatToken): Promise<ChatToken> {
    if (known?.session?.status === 'ended') throw new AppError('SESSION_ENDED');
    const issued = await this.rooms.createToken(arn, wish);
    if (!issued) throw new AppError('NOT_FOUND');
    return {
      token: issued.token,
      sessionExpirationTime: issued.sessionExpiresAt.toISOString(),
      tokenExpirationTime: issued.tokenExpiresAt.toISOString(),
    };
  }
}

import type { RoomClient } from '#chat';
import type { ChatPolicy, CreateSession, ListSessions, Session, SessionSnapshot } from '#contracts';
import type { StageClient } from '#ivs';
import type { LiveLog, LogReader } from '#live';
import { AppError, type Clock, type Config, type Ids, type Logger, type Principal } from '#platform';
import type { DrainWaker } from '../ingest/drain.waker.js';
import type { InboxRepository } from '../ingest/inbox.repository.js';
import { visibleSessions } from '../session-access.policy.js';
import { LOBBY_TOPIC, sessionTopic } from '../state/topics.js';
import type { Installation } from './installation.js';
import { lobbyTags } from './lobby.tags.js';
import type { SessionRepository, StageEndpointUrls } from './session.repository.js';

/** Creating sessions and reading them. */
export class SessionService {
  constructor(
    private readonly sessions: SessionRepository,
    private readonly stages: StageClient,
    private readonly live: LiveLog,
    private readonly log: LogReader,
    private readonly inbox: InboxRepository,
    private readonly context: {
      rooms: RoomClient;
      waker: DrainWaker;
      installation: Installation;
      clock: Clock;
      ids: Ids;
      config: Config;
      logger: Logger;
    },
  ) {}

  /**
   * Makes the room if there is chat, the stage, then the session. Events of the stage that came earlier are applied.
   * @throws AppError VALIDATION_FAILED for a region that is not allowed; AWS_BUSY, AWS_REFUSED
   */
  async create({ chat, ...input }: CreateSession): Promise<Session> {
    const region = this.regionOf(input);
    const id = this.context.ids.ordered();
    const made: MadeAtAws = {};
    try {
      const tags = await this.context.installation.tags(id);
      // First, because the stage's tags name it.
      if (chat) made.roomArn = await this.makeRoom(region, id, chat, tags);
      const stage = await this.stages.create(region, nameOf(id), { ...tags, ...lobbyTags(input, made.roomArn) });
      made.stageArn = stage.arn;
      const session: Session = {
        ...input,
        id,
        status: 'scheduled',
        region,
        stageArn: stage.arn,
        ...(made.roomArn === undefined ? {} : { roomArn: made.roomArn }),
        createdAt: this.context.clock.iso(),
      };
      await this.store(session, stage.endpoints);
      this.context.waker.wake(id);
      return session;
    } catch (error) {
      await this.removeOrphans(made);
      throw error;
    }
  }

  list(query: ListSessions, visibleTo: Principal): Promise<{ sessions: Session[]; nextCursor?: string }> {
    return this.sessions.list({ ...query, scope: visibleSessions(visibleTo) });
  }

  find(id: string): Promise<Session | undefined> {
    return this.sessions.find(id);
  }

  /** The state as the live log has it. @throws AppError NOT_FOUND */
  async snapshot(id: string): Promise<SessionSnapshot> {
    const { snapshot } = await this.log.snapshot(sessionTopic(id));
    return snapshot as SessionSnapshot;
  }

  private regionOf(input: CreateSession): string {
    const { regions } = this.context.config;
    const region = input.region ?? regions[0];
    if (regions.includes(region)) return region;
    throw new AppError('VALIDATION_FAILED', 'the region is not allowed', {
      errors: [{ pointer: '/region', detail: `one of ${regions.join(', ')}` }],
    });
  }

  private async store(session: Session, endpoints: StageEndpointUrls | undefined): Promise<void> {
    await this.live.transaction(async (tx) => {
      await this.sessions.insert(tx.sql, session, endpoints);
      await tx.createTopic(sessionTopic(session.id));
      await tx.append(sessionTopic(session.id), [{ type: 'session.created', data: { session } }]);
      if (session.visibility === 'public')
        await tx.append(LOBBY_TOPIC, [{ type: 'session.created', data: { session } }]);
      await this.inbox.adopt(tx.sql, session.id, session.stageArn);
    });
  }

  private async makeRoom(region: string, id: string, chat: ChatPolicy, tags: Record<string, string>): Promise<string> {
    const { arn } = await this.context.rooms.create(region, { ...chat, name: nameOf(id), tags });
    return arn;
  }

  /** A stage or room without a session would be there for ever; if this fails too, its tags tell the sweep. */
  private async removeOrphans({ stageArn, roomArn }: MadeAtAws): Promise<void> {
    const complain = (error: unknown) => {
      this.context.logger.error(
        { err: error, stageArn, roomArn },
        'what was made at AWS for a session that could not be stored was not deleted',
      );
    };
    if (stageArn) await this.stages.delete(stageArn).catch(complain);
    if (roomArn) await this.context.rooms.delete(roomArn).catch(complain);
  }
}

interface MadeAtAws {
  stageArn?: string;
  roomArn?: string;
}

const nameOf = (sessionId: string) => `stagedoor-${sessionId}`;

import {
  CreateParticipantTokenCommand,
  CreateStageCommand,
  DeleteStageCommand,
  DisconnectParticipantCommand,
  GetStageCommand,
  GetStageSessionCommand,
  ListParticipantEventsCommand,
  ListParticipantsCommand,
  ListStagesCommand,
  type Event as ParticipantEvent,
  type ParticipantSummary,
  type ParticipantTokenCapability,
  type Stage,
  type StageSession,
  type StageSummary,
} from '@aws-sdk/client-ivs-realtime';
import { type AwsClients, callAws, findAtAws, regionOfArn, toAppError } from '#platform';

export interface NewParticipantToken {
  userId: string;
  durationMinutes: number;
  capabilities: ParticipantTokenCapability[];
  attributes: Record<string, string>;
}

export interface IssuedParticipantToken {
  token: string;
  participantId: string;
  expiresAt: Date;
}

/**
 * Our calls to IVS Real-Time's control plane, by stage ARN (which holds its region). Every failure is an AppError:
 * AWS_BUSY (throttled, out of quota, not reachable) or AWS_REFUSED. "Not there" is an answer, not an error.
 */
export class StageClient {
  constructor(private readonly aws: AwsClients) {}

  async create(region: string, name: string, tags: Record<string, string>): Promise<Stage & { arn: string }> {
    const { stage } = await callAws('CreateStage', () =>
      this.aws.realTime(region).send(new CreateStageCommand({ name, tags })),
    );
    if (!stage?.arn) throw toAppError(new Error('no stage in the answer'), 'CreateStage');
    return { ...stage, arn: stage.arn };
  }

  /** @returns undefined when the stage does not exist */
  async get(arn: string): Promise<Stage | undefined> {
    return findAtAws('GetStage', async () => (await this.client(arn).send(new GetStageCommand({ arn }))).stage);
  }

  /** One page, in IVS's order. */
  async list(
    region: string,
    page: { maxResults: number; nextToken?: string | undefined },
  ): Promise<{ stages: StageSummary[]; nextToken?: string }> {
    const command = new ListStagesCommand(page);
    const { stages = [], nextToken } = await callAws('ListStages', () => this.aws.realTime(region).send(command));
    return { stages, ...(nextToken ? { nextToken } : {}) };
  }

  /** 409 (still in use) is an AWS_REFUSED to be tried again. @returns whether it was there: else it is deleted already */
  async delete(arn: string): Promise<boolean> {
    const answer = await findAtAws('DeleteStage', () => this.client(arn).send(new DeleteStageCommand({ arn })));
    return answer !== undefined;
  }

  async createToken(stageArn: string, token: NewParticipantToken): Promise<IssuedParticipantToken> {
    const { userId, durationMinutes: duration, capabilities, attributes } = token;
    const command = new CreateParticipantTokenCommand({ stageArn, userId, duration, capabilities, attributes });
    const { participantToken } = await callAws('CreateParticipantToken', () => this.client(stageArn).send(command));
    if (!participantToken?.token || !participantToken.participantId || !participantToken.expirationTime) {
      throw toAppError(new Error('no token in the answer'), 'CreateParticipantToken');
    }
    return {
      token: participantToken.token,
      participantId: participantToken.participantId,
      expiresAt: participantToken.expirationTime,
    };
  }

  /** Someone already gone is not an error. */
  async disconnect(stageArn: string, participantId: string, reason: string): Promise<void> {
    const command = new DisconnectParticipantCommand({ stageArn, participantId, reason });
    await findAtAws('DisconnectParticipant', () => this.client(stageArn).send(command));
  }

  async stageSession(stageArn: string, sessionId: string): Promise<StageSession | undefined> {
    const command = new GetStageSessionCommand({ stageArn, sessionId });
    return findAtAws('GetStageSession', async () => (await this.client(stageArn).send(command)).stageSession);
  }

  /** Everyone that IVS knows of a stage session. `published` in it means "ever". */
  async participants(stageArn: string, sessionId: string): Promise<ParticipantSummary[]> {
    return this.pages('ListParticipants', async (nextToken) => {
      const page = await this.client(stageArn).send(
        new ListParticipantsCommand({ stageArn, sessionId, nextToken, maxResults: 100 }),
      );
      return { items: page.participants ?? [], nextToken: page.nextToken };
    });
  }

  async participantEvents(stageArn: string, sessionId: string, participantId: string): Promise<ParticipantEvent[]> {
    return this.pages('ListParticipantEvents', async (nextToken) => {
      const command = new ListParticipantEventsCommand({
        stageArn,
        sessionId,
        participantId,
        nextToken,
        maxResults: 100,
      });
      const page = await this.client(stageArn).send(command);
      return { items: page.events ?? [], nextToken: page.nextToken };
    });
  }

  private client(arn: string) {
    return this.aws.realTime(regionOfArn(arn));
  }

  private async pages<T>(
    operation: string,
    page: (nextToken?: string) => Promise<{ items: T[]; nextToken: string | undefined }>,
  ) {
    const items: T[] = [];
    let nextToken: string | undefined;
    do {
      const answer = await findAtAws(operation, () => page(nextToken));
      items.push(...(answer?.items ?? []));
      nextToken = answer?.nextToken || undefined;
    } while (nextToken);
    return items;
  }
}

import {
  type ChatTokenCapability,
  CreateChatTokenCommand,
  CreateRoomCommand,
  DeleteRoomCommand,
  GetRoomCommand,
  type GetRoomResponse,
} from '@aws-sdk/client-ivschat';
import { type AwsClients, callAws, findAtAws, regionOfArn, toAppError } from '#platform';

export interface NewRoom {
  name: string;
  maximumMessageLength?: number | undefined;
  maximumMessageRatePerSecond?: number | undefined;
  tags: Record<string, string>;
}

export type Room = GetRoomResponse & { arn: string };

export interface NewChatToken {
  userId: string;
  capabilities: ChatTokenCapability[];
  attributes: Record<string, string>;
  sessionDurationInMinutes: number;
}

export interface IssuedChatToken {
  token: string;
  /** Until when the chat session lasts that the token opens. */
  sessionExpiresAt: Date;
  /** Until when it can be used, once: about a minute. */
  tokenExpiresAt: Date;
}

/**
 * Our calls to IVS Chat's control plane, by room ARN (which holds its region). Every failure is an AppError: AWS_BUSY
 * (throttled, out of quota, not reachable) or AWS_REFUSED. "Not there" is an answer, not an error.
 * https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/Welcome.html
 */
export class RoomClient {
  constructor(private readonly aws: AwsClients) {}

  /** The room as AWS answers it, without the SDK's own metadata. */
  async create(region: string, room: NewRoom): Promise<Room> {
    const answer = await callAws('CreateRoom', () => this.aws.chat(region).send(new CreateRoomCommand(room)));
    const { $metadata, ...made } = answer;
    if (!made.arn) throw toAppError(new Error('no room in the answer'), 'CreateRoom');
    return { ...made, arn: made.arn };
  }

  /** @returns undefined when the room does not exist */
  async get(arn: string): Promise<GetRoomResponse | undefined> {
    return findAtAws('GetRoom', () => this.client(arn).send(new GetRoomCommand({ identifier: arn })));
  }

  /** Disconnects nobody: IVS lets those in the room talk on until their chat sessions end. @returns whether it was there */
  async delete(arn: string): Promise<boolean> {
    const answer = await findAtAws('DeleteRoom', () =>
      this.client(arn).send(new DeleteRoomCommand({ identifier: arn })),
    );
    return answer !== undefined;
  }

  /** @returns undefined when the room does not exist */
  async createToken(roomIdentifier: string, token: NewChatToken): Promise<IssuedChatToken | undefined> {
    const command = new CreateChatTokenCommand({ roomIdentifier, ...token });
    const answer = await findAtAws('CreateChatToken', () => this.client(roomIdentifier).send(command));
    if (!answer) return undefined;
    if (!answer.token || !answer.sessionExpirationTime || !answer.tokenExpirationTime) {
      throw toAppError(new Error('no token in the answer'), 'CreateChatToken');
    }
    return {
      token: answer.token,
      sessionExpiresAt: answer.sessionExpirationTime,
      tokenExpiresAt: answer.tokenExpirationTime,
    };
  }

  private client(arn: string) {
    return this.aws.chat(regionOfArn(arn));
  }
}

import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import {
  CreateIngestConfigurationCommand,
  type CreateIngestConfigurationCommandInput,
  CreateParticipantTokenCommand,
  type CreateParticipantTokenCommandInput,
  CreateStageCommand,
  type CreateStageCommandInput,
  DeleteIngestConfigurationCommand,
  DeletePublicKeyCommand,
  DeleteStageCommand,
  ImportPublicKeyCommand,
  IVSRealTimeClient,
} from '@aws-sdk/client-ivs-realtime';
import {
  CreateRoomCommand,
  type CreateRoomCommandInput,
  DeleteRoomCommand,
  IvschatClient,
} from '@aws-sdk/client-ivschat';
import type { Clock, Ids } from '#platform';
import { Belongings } from './belongings.js';
import { Pace } from './paced.js';

export interface AccountOptions {
  region: string;
  /** The simulator's; AWS's own when left out. */
  endpoint?: string;
  clock: Clock;
  ids: Ids;
}

// The simulator checks no signature, but refuses a call without one.
const SIMULATOR_CREDENTIALS = { accessKeyId: 'stagedoor', secretAccessKey: 'stagedoor' };
// A connection that hangs must not keep what was made from being deleted.
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 10_000 };
const RUN_ID_LENGTH = 10;
/** The tag of everything that a run makes; its value is the run's. */
export const RUN_TAG = 'stagedoor-verify';

/** The account that is asked. Whatever it makes carries the run's tag and is deleted at the end of the run. */
export class Account {
  readonly realTime: IVSRealTimeClient;
  readonly chat: IvschatClient;
  readonly eventBridge: EventBridgeClient;
  /** Without pauses, and what AWS throttles stays throttled: for one burst. */
  readonly impatient: IVSRealTimeClient;
  readonly belongings: Belongings;
  readonly runId: string;
  readonly clock: Clock;
  private shared: Promise<string> | undefined;
  private gone: Promise<string> | undefined;

  constructor({ region, endpoint, clock, ids }: AccountOptions) {
    const options = {
      region,
      maxAttempts: 1,
      requestHandler: TIMEOUTS,
      ...(endpoint === undefined ? {} : { endpoint, credentials: SIMULATOR_CREDENTIALS }),
    };
    this.runId = ids.token(RUN_ID_LENGTH).toLowerCase();
    this.clock = clock;
    this.belongings = new Belongings(clock);
    this.impatient = new IVSRealTimeClient(options);
    this.realTime = new IVSRealTimeClient(options);
    this.chat = new IvschatClient(options);
    this.eventBridge = new EventBridgeClient(options);
    const pace = new Pace(clock);
    for (const client of [this.realTime, this.chat, this.eventBridge]) pace.apply(client);
  }

  get name(): string {
    return `${RUN_TAG}-${this.runId}`;
  }

  get tags(): Record<string, string> {
    return { [RUN_TAG]: this.runId };
  }

  async makeStage(input: CreateStageCommandInput = {}) {
    const tags = { ...this.tags, ...input.tags };
    const answer = await this.realTime.send(new CreateStageCommand({ name: this.name, ...input, tags }));
    const arn = answer.stage?.arn ?? '';
    this.belongings.add(arn, () => this.realTime.send(new DeleteStageCommand({ arn })));
    return { ...answer, arn };
  }

  async makeRoom(input: CreateRoomCommandInput = {}) {
    const room = await this.chat.send(new CreateRoomCommand({ name: this.name, tags: this.tags, ...input }));
    const identifier = room.arn ?? '';
    this.belongings.add(identifier, () => this.chat.send(new DeleteRoomCommand({ identifier })));
    return { ...room, arn: identifier };
  }

  async makeIngest(input: CreateIngestConfigurationCommandInput) {
    const command = new CreateIngestConfigurationCommand({ name: this.name, tags: this.tags, ...input });
    const { ingestConfiguration } = await this.realTime.send(command);
    const arn = ingestConfiguration?.arn ?? '';
    this.belongings.add(arn, () => this.realTime.send(new DeleteIngestConfigurationCommand({ arn, force: true })));
    return { ...ingestConfiguration, arn };
  }

  async importKey(publicKeyMaterial: string) {
    const command = new ImportPublicKeyCommand({ name: this.name, tags: this.tags, publicKeyMaterial });
    const { publicKey } = await this.realTime.send(command);
    const arn = publicKey?.arn ?? '';
    this.belongings.add(arn, () => this.realTime.send(new DeletePublicKeyCommand({ arn })));
    return { ...publicKey, arn };
  }

  async makeToken(input: Partial<CreateParticipantTokenCommandInput> = {}) {
    const stageArn = await this.stageArn();
    const { participantToken } = await this.realTime.send(new CreateParticipantTokenCommand({ stageArn, ...input }));
    return participantToken ?? {};
  }

  /** A stage that checks share. */
  stageArn(): Promise<string> {
    this.shared ??= this.makeStage().then(({ arn }) => arn);
    return this.shared;
  }

  /** The ARN of a stage that was there and is deleted. */
  goneStageArn(): Promise<string> {
    this.gone ??= this.makeStage().then(async ({ arn }) => {
      await this.belongings.remove(arn);
      return arn;
    });
    return this.gone;
  }

  close(): void {
    for (const client of [this.realTime, this.chat, this.eventBridge, this.impatient]) client.destroy();
  }
}

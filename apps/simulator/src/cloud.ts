import type { Logger } from 'pino';
import type { Clock } from '#platform/clock';
import type { Ids } from '#platform/ids';
import { Assumptions } from './assumptions/assumptions.js';
import { Chaos } from './eventbridge/chaos.policy.js';
import { DeliveryService } from './eventbridge/delivery.service.js';
import { EventBus } from './eventbridge/event-bus.js';
import { EventBridgeRepository } from './eventbridge/eventbridge.repository.js';
import { eventBridgeService } from './eventbridge/eventbridge.service.js';
import { DeviceService } from './ivs-realtime/device.service.js';
import { IngestService } from './ivs-realtime/ingest.service.js';
import { IngestConfigurationRepository } from './ivs-realtime/ingest-configuration.repository.js';
import { KeyPairTokens } from './ivs-realtime/key-pair-token.js';
import { ParticipantTokens } from './ivs-realtime/participant-token.js';
import { PublicKeyRepository } from './ivs-realtime/public-key.repository.js';
import { realTimeService } from './ivs-realtime/realtime.service.js';
import { StageRepository } from './ivs-realtime/stage.repository.js';
import { StageEventFactory } from './ivs-realtime/stage-event.factory.js';
import { StageSessions } from './ivs-realtime/stage-sessions.js';
import { TokenMint } from './ivs-realtime/token-mint.js';
import { TokenReader } from './ivs-realtime/token-reader.js';
import { chatService } from './ivschat/chat.service.js';
import type { ChatSocketParts } from './ivschat/chat.socket.js';
import { ChatFloor } from './ivschat/chat-floor.js';
import { ChatTokens } from './ivschat/chat-tokens.js';
import { RoomRepository } from './ivschat/room.repository.js';
import type { AwsServices } from './protocol/aws.routes.js';
import { CallLog } from './protocol/call-log.js';
import { Interference } from './protocol/interference.js';
import type { SnapshotParts } from './snapshot/snapshot.js';

export interface CloudOptions {
  clock: Clock;
  ids: Ids;
  logger: Logger;
  raisedQuotas?: Readonly<Record<string, number>> | undefined;
  /** Told after every change that a restart must not lose. */
  changed: () => void;
}

/** One AWS account: its services, wired together, and everything that is in them. */
export class Cloud {
  readonly assumptions = new Assumptions();
  readonly calls = new CallLog();
  readonly chaos = new Chaos();
  readonly stages = new StageRepository();
  readonly rooms = new RoomRepository();
  readonly chat: ChatSocketParts;
  readonly ingestConfigurations = new IngestConfigurationRepository();
  private readonly publicKeys = new PublicKeyRepository();
  readonly interference: Interference;
  readonly deliveries: DeliveryService;
  readonly bus: EventBus;
  readonly devices: DeviceService;
  readonly ingest: IngestService;
  readonly services: AwsServices;
  readonly logger: Logger;
  readonly changed: () => void;
  private readonly eventBridge = new EventBridgeRepository();
  private readonly tokens: ParticipantTokens;
  private readonly sessions: StageSessions;

  constructor(options: CloudOptions) {
    const { clock, ids, changed } = options;
    const { assumptions, chaos, stages, rooms, publicKeys: keys, eventBridge: repository } = this;
    this.changed = changed;
    this.logger = options.logger;
    this.interference = new Interference(clock, assumptions, options.raisedQuotas);
    this.deliveries = new DeliveryService({ ...options, repository, chaos, assumptions });
    this.bus = new EventBus(repository, this.deliveries);
    this.tokens = new ParticipantTokens(clock, ids);
    this.sessions = new StageSessions(stages, clock, ids, assumptions, changed);
    const emit = (event: Parameters<EventBus['publish']>[0]) => this.bus.publish(event);
    const events = new StageEventFactory(clock, ids);
    const reader = new TokenReader(stages, this.tokens, new KeyPairTokens(keys, stages, clock));
    this.devices = new DeviceService(stages, this.sessions, reader, events, { clock, assumptions, emit });
    const { ingestConfigurations: configurations } = this;
    this.ingest = new IngestService(configurations, stages, this.devices, clock);
    const mint = new TokenMint(this.tokens, clock, ids, assumptions);
    this.chat = { tokens: new ChatTokens(clock, ids), floor: new ChatFloor(clock, ids), clock };
    this.services = {
      realTime: realTimeService({
        stages,
        keys,
        configurations,
        ingest: this.ingest,
        devices: this.devices,
        mint,
        ids,
        assumptions,
      }),
      chat: chatService({ rooms, ids, ...this.chat }),
      eventBridge: eventBridgeService({ repository, bus: this.bus, clock, ids }),
    };
  }

  /** What a restart keeps. Throttles and scripted failures are not kept: they belong to the run that asked for them. */
  get parts(): SnapshotParts {
    return {
      assumptions: this.assumptions,
      chaos: this.chaos,
      tokens: this.tokens,
      stages: this.stages,
      publicKeys: this.publicKeys,
      ingestConfigurations: this.ingestConfigurations,
      rooms: this.rooms,
      eventBridge: this.eventBridge,
      deliveries: this.deliveries,
    };
  }

  /** Takes up what was under way when the snapshot was written. */
  resume(): void {
    this.sessions.resume();
    this.deliveries.resume();
  }

  reset({ keepRules }: { keepRules: boolean }): void {
    this.deliveries.reset();
    if (!keepRules) this.eventBridge.reset();
    for (const part of [
      this.assumptions,
      this.chaos,
      this.stages,
      this.ingestConfigurations,
      this.rooms,
      this.interference,
    ])
      part.reset();
    this.chat.tokens.reset();
    this.chat.floor.reset();
    this.calls.clear();
  }

  stop(): void {
    this.chat.floor.reset();
    this.deliveries.stop();
  }
}

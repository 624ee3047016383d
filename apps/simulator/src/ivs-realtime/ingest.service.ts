import type { Clock } from '#platform/clock';
import { DeviceRefusal } from './device.refusal.js';
import type { DeviceService } from './device.service.js';
import {
  credentialsOf,
  type IngestConfiguration,
  type IngestConfigurationRepository,
  type IngestCredential,
  type IngestProtocol,
} from './ingest-configuration.repository.js';
import type { Placed, Stage } from './stage.records.js';
import type { StageRepository } from './stage.repository.js';

// The longest that IVS lets a participant publish; an ingest's participant has no token that expires.
const LONGEST_MS = 24 * 3_600_000;

/**
 * Encoders that stream over RTMP(S). An encoder is a participant as long as it streams: it joins and publishes at once,
 * and leaves when it stops. One that is refused is seen as a participant who came, failed to publish and left.
 * https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/rt-rtmp-publishing.html
 */
export class IngestService {
  constructor(
    private readonly configurations: IngestConfigurationRepository,
    private readonly stages: StageRepository,
    private readonly devices: DeviceService,
    private readonly clock: Clock,
  ) {}

  /**
   * @param key a stream key, or the participant id that stands beside it
   * @throws DeviceRefusal 404 for a key of no configuration, 409 with IVS's error code otherwise
   */
  start(key: string, asked?: IngestProtocol): Placed {
    const { configuration, credential } = this.known(key);
    const stage = this.stages.find(configuration.stageArn);
    if (!stage) throw new DeviceRefusal(409, 'INVALID_STREAM_KEY', 'the stream key is of no stage');
    const present = this.presence(credential);
    if (present) {
      this.devices.failPublishing(present, 'REUSE_OF_STREAM_KEY');
      throw new DeviceRefusal(409, 'REUSE_OF_STREAM_KEY', 'somebody streams with this key already');
    }
    const protocol = asked ?? configuration.ingestProtocol;
    const placed = this.enter(stage, configuration, credential);
    placed.participant.protocol = protocol;
    try {
      if (protocol === 'RTMP' && !configuration.insecureIngest) {
        this.devices.failPublishing(placed, 'INVALID_PROTOCOL');
        throw new DeviceRefusal(409, 'INVALID_PROTOCOL', 'the configuration takes RTMPS only');
      }
      return this.devices.publish(credential.participantId);
    } catch (error) {
      this.devices.leave(credential.participantId);
      throw error;
    }
  }

  stop(key: string): Placed {
    const { credential } = this.known(key);
    if (!this.presence(credential)) throw new DeviceRefusal(409, 'NOT_CONNECTED', 'nobody streams with this key');
    return this.devices.leave(credential.participantId);
  }

  /** Whether somebody publishes with it now. */
  isActive(configuration: IngestConfiguration): boolean {
    return credentialsOf(configuration).some((one) => this.presence(one)?.participant.isPublishing === true);
  }

  /** Takes off the stage whoever streams with it. */
  disconnect(configuration: IngestConfiguration): void {
    for (const credential of credentialsOf(configuration)) {
      if (this.presence(credential)) this.devices.leave(credential.participantId);
    }
  }

  /** After DisconnectParticipant: the encoder would be back at once, were its key still one of a stage. */
  release(participantId: string): void {
    const found = this.configurations.findCredential(participantId);
    if (found) found.configuration.stageArn = '';
  }

  /** After DeleteStage. */
  releaseAll(stageArn: string): void {
    for (const one of this.configurations.all()) if (one.stageArn === stageArn) one.stageArn = '';
  }

  private enter(stage: Stage, { userId, attributes }: IngestConfiguration, { participantId }: IngestCredential) {
    return this.devices.enter(stage, {
      jti: participantId,
      resource: stage.arn,
      exp: this.clock.nowMs() + LONGEST_MS,
      user_id: userId,
      attributes,
      capabilities: ['PUBLISH'],
      isExchangeable: false,
    });
  }

  private presence({ participantId }: IngestCredential): Placed | undefined {
    const placed = this.stages.findParticipant(participantId);
    return placed?.participant.isConnected ? placed : undefined;
  }

  private known(key: string) {
    const found = this.configurations.findCredential(key);
    if (!found) throw new DeviceRefusal(404, 'INVALID_STREAM_KEY', 'no ingest configuration has this stream key');
    return found;
  }
}

import type { Participant } from './stage.records.js';

/** ParticipantSummary of the service model. `published` is "ever in this stage session". */
export function summarizeParticipant(participant: Participant, time: (ms: number) => string) {
  return {
    participantId: participant.participantId,
    userId: participant.userId,
    state: participant.isConnected ? 'CONNECTED' : 'DISCONNECTED',
    firstJoinTime: time(participant.firstJoinMs),
    published: participant.hasPublished,
    recordingState: 'DISABLED',
    replicationType: 'NONE',
  };
}

/** Participant of the service model; what IVS learns from a real client is that of our devices. */
export function describeParticipant(participant: Participant, time: (ms: number) => string) {
  return {
    ...summarizeParticipant(participant, time),
    attributes: participant.attributes,
    ispName: 'Loopback',
    osName: 'Stagedoor simulator',
    osVersion: '1',
    browserName: '',
    browserVersion: '',
    sdkVersion: '',
    recordingS3BucketName: '',
    recordingS3Prefix: '',
    protocol: participant.protocol ?? 'UNKNOWN',
  };
}

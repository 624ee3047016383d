/**
 * Calls a second that AWS gives an account in a region, for each operation. What is not named has the service's `other`.
 * An account whose quotas AWS has raised says so with AWS_QUOTAS.
 * IVS Real-Time: https://docs.aws.amazon.com/ivs/latest/RealTimeUserGuide/service-quotas.html
 * IVS Chat: https://docs.aws.amazon.com/ivs/latest/ChatUserGuide/service-quotas.html
 * EventBridge: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 */
export const QUOTAS = {
  'ivs-realtime': {
    other: 5,
    operations: {
      CreateParticipantToken: 50,
      ImportPublicKey: 3,
      GetPublicKey: 3,
      ListPublicKeys: 3,
      DeletePublicKey: 3,
      TagResource: 10,
      UntagResource: 10,
      ListTagsForResource: 10,
      CreateStage: 5,
      GetStage: 5,
      ListStages: 5,
      UpdateStage: 5,
      DeleteStage: 5,
      DisconnectParticipant: 5,
      GetParticipant: 5,
      ListParticipants: 5,
      ListParticipantEvents: 5,
      GetStageSession: 5,
      ListStageSessions: 5,
    },
  },
  ivschat: {
    other: 5,
    operations: {
      CreateChatToken: 200,
      SendEvent: 100,
      DeleteMessage: 100,
      DisconnectUser: 100,
      TagResource: 10,
      UntagResource: 10,
      ListTagsForResource: 10,
      CreateLoggingConfiguration: 3,
      GetLoggingConfiguration: 3,
      ListLoggingConfigurations: 3,
      UpdateLoggingConfiguration: 3,
      DeleteLoggingConfiguration: 3,
      CreateRoom: 5,
      GetRoom: 5,
      ListRooms: 5,
      UpdateRoom: 5,
      DeleteRoom: 5,
    },
  },
  eventbridge: { other: 50, operations: {} },
} as const satisfies Record<string, { other: number; operations: Record<string, number> }>;
export type AwsServiceName = keyof typeof QUOTAS;

/** `AWS_QUOTAS`: quotas that AWS has raised, by operation; `*` is every operation. */
export type RaisedQuotas = Readonly<Record<string, number>>;

/** Calls a second. */
export function quotaOf(service: AwsServiceName, operation: string, raised: RaisedQuotas): number {
  const { other, operations } = QUOTAS[service];
  const known: Readonly<Record<string, number>> = operations;
  return raised[operation] ?? raised['*'] ?? known[operation] ?? other;
}

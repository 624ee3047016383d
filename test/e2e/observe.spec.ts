import { randomUUID } from 'node:crypto';
import { type Stack, startStack, until } from '#testing';

interface Snapshot {
  session: { stageArn: string };
  participants: { userId: string; state: string }[];
}

describe('what events leave in doubt', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack();
    // Nothing that the cloud reports arrives: what IVS says when asked is all that can settle it.
    await stack.cloud.put('/_control/chaos', { lose: 1 });
  });
  afterAll(() => stack.stop());

  /** A host on its stage that joined and, if told so, publishes now. */
  async function show(isPublishing: boolean) {
    const { body: session } = await stack.api.post<{ id: string; stageArn: string }>('/v1/sessions', {
      name: 'Doubt',
      hostUserId: 'ana',
    });
    const { body: joined } = await stack.api.post<{ participantToken: string }>(`/v1/sessions/${session.id}/join`, {
      userId: 'ana',
      role: 'host',
    });
    const { body: device } = await stack.cloud.post<{ participantId: string }>('/_control/participants', {
      token: joined.participantToken,
    });
    await stack.cloud.post(`/_control/participants/${device.participantId}/publish`, {});
    if (!isPublishing) await stack.cloud.post(`/_control/participants/${device.participantId}/unpublish`, {});
    const { body: cloud } = await stack.cloud.get<{ stages: { arn: string; activeSessionId: string }[] }>(
      '/_control/state',
    );
    const stage = cloud.stages.find(({ arn }) => arn === session.stageArn);
    return { ...session, participantId: device.participantId, stageSessionId: stage?.activeSessionId };
  }

  /** Both kinds in one second, as the older edition told them: without any digits below it. */
  async function tellBothInOneSecond({ stageArn, participantId, stageSessionId }: Awaited<ReturnType<typeof show>>) {
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    const events = ['Participant Published', 'Participant Unpublished'].map((name) => ({
      version: '0',
      id: randomUUID(),
      'detail-type': 'IVS Stage Update',
      source: 'aws.ivs',
      account: '123456789012',
      time,
      region: 'us-west-2',
      resources: [stageArn],
      detail: { session_id: stageSessionId, event_name: name, user_id: 'ana', participant_id: participantId },
    }));
    await stack.api.post('/v1/ingest/eventbridge', events, { headers: { 'x-stagedoor-key': stack.ingestKey } });
  }

  const stateOf = async (id: string) =>
    (await stack.api.get<Snapshot>(`/v1/sessions/${id}`)).body.participants[0]?.state;
  const asked = async (id: string) => {
    const { body } = await stack.cloud.get<{ calls: { parameters: { participantId?: string } }[] }>(
      '/_control/calls?operation=ListParticipantEvents',
    );
    return body.calls.some((call) => call.parameters.participantId === id);
  };

  it.each([
    ['published', true],
    ['unpublished', false],
  ])('is settled by asking IVS: %s', async (state, isPublishing) => {
    const { id, participantId, ...rest } = await show(isPublishing);
    await tellBothInOneSecond({ id, participantId, ...rest });
    await until(() => asked(participantId));
    await until(async () => (await stateOf(id)) === state);
    const pending = await stack.api.get<{ items: unknown[] }>('/v1/work?state=failed');
    expect(pending.body.items).toEqual([]);
  });
});

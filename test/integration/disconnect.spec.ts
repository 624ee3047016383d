import type { LiveEvent, Operation, ParticipantPage } from '#contracts';
import { type Stack, startStack, until } from '#testing';

interface Joined {
  participantToken: string;
  participantId: string;
}

describe('disconnecting a participant', () => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  const given = async () => {
    const { id } = await stack.api.expect<{ id: string }>('POST', '/v1/sessions', { name: 'x', hostUserId: 'bob' });
    return `/v1/sessions/${id}`;
  };
  const join = (session: string, userId: string, role: string) =>
    stack.api.expect<Joined>('POST', `${session}/join`, { userId, role });
  const onStage = async ({ participantToken, participantId }: Joined) => {
    await stack.cloud.expect('POST', '/_control/participants', { token: participantToken });
    await stack.cloud.expect('POST', `/_control/participants/${participantId}/publish`);
  };
  const logOf = async (session: string) =>
    (await stack.api.expect<{ events: LiveEvent[] }>('GET', `${session}/events`)).events;
  const disconnected = (session: string, participantId: string) =>
    until(async () =>
      (await logOf(session)).find(
        ({ type, data }) =>
          type === 'participant.disconnected' &&
          'participant' in data &&
          data.participant.participantId === participantId,
      ),
    );
  const tokenOf = async (userId: string, role: string, sessionId?: string) =>
    (await stack.api.expect<{ token: string }>('POST', '/v1/access-tokens', { userId, role, sessionId })).token;
  const kick = (session: string, participantId: string, as?: string) =>
    (as === undefined ? stack.api : stack.api.as(as)).post<{ operationId: string }>(
      `${session}/participants/${participantId}/disconnect`,
      { reason: 'off_topic' },
    );

  it('takes it off the stage, voids its token and tells everyone why', async () => {
    const session = await given();
    const guest = await join(session, 'ann', 'guest');
    await onStage(guest);
    const answer = await kick(session, guest.participantId, await tokenOf('bob', 'host'));
    expect(answer).toMatchObject({ status: 202, body: { operationId: expect.any(String) } });
    expect(await disconnected(session, guest.participantId)).toMatchObject({
      data: { reason: 'off_topic', participant: { userId: 'ann', role: 'guest', state: 'disconnected' } },
    });
    const state = await stack.cloud.expect<{ participants: { participantId: string; state: string }[] }>(
      'GET',
      '/_control/state',
    );
    expect(state.participants).toContainEqual(
      expect.objectContaining({ participantId: guest.participantId, state: 'DISCONNECTED' }),
    );
    await until(async () => {
      const { status } = await stack.api.expect<Operation>('GET', `/v1/operations/${answer.body.operationId}`);
      return status === 'done';
    });
  });

  it('also works for one known by its token only, and is no error for one who is gone', async () => {
    const session = await given();
    const viewer = await join(session, 'kim', 'viewer');
    expect((await kick(session, viewer.participantId)).status).toBe(202);
    await disconnected(session, viewer.participantId);
    const { participants } = await stack.api.expect<ParticipantPage>('GET', `${session}/participants`);
    expect(participants).toMatchObject([{ participantId: viewer.participantId, userId: 'kim', state: 'disconnected' }]);
    const again = await kick(session, viewer.participantId);
    expect(again.status).toBe(202);
    await until(async () => {
      const { status } = await stack.api.expect<Operation>('GET', `/v1/operations/${again.body.operationId}`);
      return status === 'done';
    });
  });

  it('is for the host and moderators of the session, and for a moderator never of a host or moderator', async () => {
    const session = await given();
    const [host, guest, moderator] = [
      await join(session, 'bob', 'host'),
      await join(session, 'ann', 'guest'),
      await join(session, 'mod', 'moderator'),
    ];
    const id = session.split('/')[3];
    const byModerator = await tokenOf('mod', 'moderator', id);
    const statusOf = async (participantId: string, as: string) => (await kick(session, participantId, as)).status;
    expect(await statusOf(host.participantId, byModerator)).toBe(403);
    expect(await statusOf(moderator.participantId, byModerator)).toBe(403);
    expect(await statusOf(guest.participantId, await tokenOf('eve', 'viewer'))).toBe(403);
    expect(await statusOf(guest.participantId, await tokenOf('eve', 'host'))).toBe(403);
    expect(await statusOf('nobody', byModerator)).toBe(404);
    expect(await statusOf(guest.participantId, byModerator)).toBe(202);
    expect(await statusOf(moderator.participantId, await tokenOf('bob', 'host'))).toBe(202);
    await stack.api.expect('POST', `${session}/end`);
    expect(await statusOf(host.participantId, await tokenOf('bob', 'host'))).toBe(409);
    const odd = await stack.api.post(`${session}/participants/${guest.participantId}/disconnect`, {
      reason: 'x'.repeat(129),
    });
    expect(odd.status).toBe(422);
  });
});

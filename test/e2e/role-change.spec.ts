import type { JoinedSession, Operation, ParticipantRole } from '#contracts';
import { describeProfiles, type LiveClient, type Stack, startStack, until } from '#testing';
import { cloudOf, createSession, finishedOperation, logOf, tokenOf } from '../session.harness.js';

interface Offered {
  participantToken: string;
  /** The participant id that the token is for. */
  jti: string;
  capabilities: { allow_publish: boolean };
  lifeSeconds: number;
}

/** A client that has joined: on the stage with its device, and on a socket. */
class Performer {
  readonly offers: Offered[] = [];

  constructor(
    private readonly stack: Stack,
    readonly joined: JoinedSession,
    readonly live: LiveClient,
    private readonly onOffer: (performer: Performer, offered: Offered) => Promise<boolean>,
  ) {
    live.socket.on('token.exchange', ({ participantToken }: Offered, ack: (answer: { ok: boolean }) => void) => {
      const claims = JSON.parse(Buffer.from(participantToken.split('.')[1] ?? '', 'base64url').toString());
      const offered = { participantToken, ...claims, lifeSeconds: claims.exp - claims.iat };
      this.offers.push(offered);
      void this.onOffer(this, offered).then((ok) => ack({ ok }));
    });
  }

  get id(): string {
    return this.joined.participantId;
  }

  act(action: string, body?: object) {
    return this.stack.cloud.post(`/_control/participants/${this.id}/${action}`, body);
  }

  onStage(token = this.joined.participantToken) {
    return this.stack.cloud.expect('POST', '/_control/participants', { token });
  }
}

/** What the page on live clients says to do. */
async function obey(performer: Performer, { participantToken, jti, capabilities }: Offered): Promise<boolean> {
  if (jti !== performer.id) return false;
  if (!capabilities.allow_publish) await performer.act('unpublish');
  return (await performer.act('exchange', { token: participantToken })).status === 200;
}
const disobey = async () => true;

describeProfiles('changing a role without a rejoin', (profile) => {
  let stack: Stack;
  beforeAll(async () => {
    stack = await startStack({ profile, gateways: 2 });
  });
  afterAll(() => stack.stop());

  async function performer(
    sessionId: string,
    role: ParticipantRole,
    onOffer: (performer: Performer, offered: Offered) => Promise<boolean>,
    gateway = 'gateway-2',
  ): Promise<Performer> {
    const userId = `${role}-of-${sessionId}`;
    const joined = await stack.api.expect<JoinedSession>('POST', `/v1/sessions/${sessionId}/join`, { userId, role });
    const live = await stack.connect(joined.accessToken, gateway);
    const made = new Performer(stack, joined, live, onOffer);
    await made.onStage();
    return made;
  }
  const change = async (sessionId: string, { id }: Performer, role: string): Promise<string> => {
    const path = `/v1/sessions/${sessionId}/participants/${id}/role`;
    return (await stack.api.expect<{ operationId: string }>('POST', path, { role })).operationId;
  };
  const doneSteps = ({ steps }: Operation) => steps.filter(({ status }) => status === 'done').map(({ name }) => name);
  const inCloud = async (participantId: string) =>
    (await cloudOf(stack)).participants.find((one) => one.participantId === participantId);
  const typesOf = async (sessionId: string, participantId: string) =>
    (await logOf(stack.api, sessionId)).flatMap(({ type, data }) =>
      'participant' in data && data.participant?.participantId === participantId ? [type] : [],
    );

  it('lets a viewer publish as the participant that it is', async () => {
    const { id } = await createSession(stack.api);
    const viewer = await performer(id, 'viewer', obey);
    expect((await viewer.act('publish')).status).toBe(409);
    await until(async () => (await typesOf(id, viewer.id)).includes('participant.publish_failed'));
    const operation = await finishedOperation(stack.api, await change(id, viewer, 'guest'));
    expect(operation.status).toBe('done');
    expect(doneSteps(operation)).toEqual(['role.recorded', 'token.acknowledged', 'token.exchanged']);
    expect(viewer.offers).toMatchObject([{ jti: viewer.id, capabilities: { allow_publish: true }, lifeSeconds: 600 }]);
    expect((await viewer.act('publish')).status).toBe(200);
    await until(async () => (await typesOf(id, viewer.id)).includes('participant.published'));
    const types = await typesOf(id, viewer.id);
    expect(types).toContain('participant.role_changed');
    expect(types).not.toContain('participant.disconnected');
  });

  it('never disconnects a guest that steps down when told to', async () => {
    const { id } = await createSession(stack.api);
    const guest = await performer(id, 'guest', obey, 'gateway');
    await guest.act('publish');
    await until(async () => (await typesOf(id, guest.id)).includes('participant.published'));
    const operation = await finishedOperation(stack.api, await change(id, guest, 'viewer'));
    expect(doneSteps(operation)).toEqual(['role.recorded', 'token.acknowledged', 'token.exchanged']);
    expect(guest.offers).toMatchObject([{ jti: guest.id, capabilities: { allow_publish: false } }]);
    expect(await inCloud(guest.id)).toMatchObject({ state: 'CONNECTED', publishing: false });
    expect(await typesOf(id, guest.id)).not.toContain('participant.disconnected');
    // Its token of record is a viewer's from now on.
    const token = await tokenOf(stack.api, `guest-of-${id}`);
    const renewed = await stack.api.as(token).expect<JoinedSession>('POST', `/v1/sessions/${id}/participant-token`, {});
    expect(renewed.participantId).toBe(guest.id);
  });

  it('disconnects a guest that says yes and publishes on, and gives it a new token to watch with', async () => {
    const { id } = await createSession(stack.api);
    const guest = await performer(id, 'guest', disobey);
    await guest.act('publish');
    const operation = await finishedOperation(stack.api, await change(id, guest, 'viewer'));
    expect(doneSteps(operation)).toEqual(['role.recorded', 'token.acknowledged', 'participant.disconnect']);
    await until(async () => (await inCloud(guest.id))?.state === 'DISCONNECTED');
    await until(async () => (await typesOf(id, guest.id)).includes('participant.disconnected'));
    const replacement = await until(() => guest.offers.find(({ jti }) => jti !== guest.id));
    expect(replacement.capabilities.allow_publish).toBe(false);
    await guest.onStage(replacement.participantToken);
    expect(await inCloud(replacement.jti)).toMatchObject({ state: 'CONNECTED' });
    const old = await stack.cloud.post('/_control/participants', { token: guest.joined.participantToken });
    expect(old.status).toBe(401);
  });

  it('disconnects who obeyed and later publishes with its old token', async () => {
    const { id } = await createSession(stack.api);
    const guest = await performer(id, 'guest', obey);
    await finishedOperation(stack.api, await change(id, guest, 'viewer'));
    // IVS goes on taking it: that is why a role of record exists.
    expect((await guest.act('exchange', { token: guest.joined.participantToken })).status).toBe(200);
    expect((await guest.act('publish')).status).toBe(200);
    await until(async () => (await inCloud(guest.id))?.state === 'DISCONNECTED', { timeoutMs: 20_000 });
    const replacement = await until(() => guest.offers.find(({ jti }) => jti !== guest.id));
    expect(replacement.capabilities.allow_publish).toBe(false);
    await until(async () => (await typesOf(id, guest.id)).includes('participant.disconnected'));
  });

  it('leaves a promotion that nobody takes as an offer', async () => {
    const { id } = await createSession(stack.api);
    const viewer = await performer(id, 'viewer', async () => false);
    const operation = await finishedOperation(stack.api, await change(id, viewer, 'guest'));
    expect(operation.status).toBe('done');
    expect(doneSteps(operation)).toEqual(['role.recorded']);
    expect(await inCloud(viewer.id)).toMatchObject({ state: 'CONNECTED' });
    // Who connects later is offered it as well.
    const late = await stack.connect(viewer.joined.accessToken, 'gateway');
    await until(() => late.said.includes('token.exchange'));
  });

  it('refuses hosts, moderators, the disconnected and who is nobody, each with its own answer', async () => {
    const { id } = await createSession(stack.api);
    const [host, moderator, viewer] = [
      await performer(id, 'host', obey),
      await performer(id, 'moderator', obey),
      await performer(id, 'viewer', obey),
    ];
    const statusOf = async (participantId: string, as?: string, role = 'viewer') => {
      const api = as === undefined ? stack.api : stack.api.as(as);
      return (await api.post(`/v1/sessions/${id}/participants/${participantId}/role`, { role })).status;
    };
    expect(await statusOf(host.id)).toBe(409);
    expect(await statusOf(moderator.id)).toBe(409);
    expect(await statusOf(host.id, moderator.joined.accessToken)).toBe(403);
    expect(await statusOf(viewer.id, viewer.joined.accessToken, 'guest')).toBe(403);
    expect(await statusOf(viewer.id, await tokenOf(stack.api, 'eve', { role: 'host' }), 'guest')).toBe(403);
    expect(await statusOf('nobody')).toBe(404);
    expect(await statusOf(viewer.id, undefined, 'host')).toBe(422);
    expect(await statusOf(viewer.id, moderator.joined.accessToken, 'guest')).toBe(202);
    await stack.api.expect('POST', `/v1/sessions/${id}/participants/${viewer.id}/disconnect`, { reason: 'x' });
    expect(await statusOf(viewer.id)).toBe(409);
    await stack.api.expect('POST', `/v1/sessions/${id}/end`);
    expect(await statusOf(viewer.id)).toBe(409);
  });
});

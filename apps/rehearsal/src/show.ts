import type { AccessToken, JoinedSession, OperationAccepted, Session } from '#contracts';
import { call, until } from './http.js';
import type { Ready } from './ready.js';
import { Viewer } from './viewer.js';

export const CHAOS = { lose: 0, duplicate: 0.2, reorder: 0.3, delayMs: [0, 2_000] as [number, number] };
const CALM = { lose: 0, duplicate: 0, reorder: 0, delayMs: [0, 0] as [number, number] };
const VIEWERS = 50;
const GUESTS = 3;
// The longest delay, plus EventBridge's first retries, plus a slow machine.
const SETTLE_MS = 30_000;

/** A device on the stage: its join answer and what the cloud calls it. */
interface Device {
  joined: JoinedSession;
  participantId: string;
}

export interface CloudState {
  stages: { arn: string }[];
  participants: { participantId: string; stageArn: string; state: 'CONNECTED' | 'DISCONNECTED'; publishing: boolean }[];
}

export interface Played {
  session: Session;
  viewers: Viewer[];
  /** Whether viewers and cloud agreed on who publishes, with everyone still on air. */
  agreedOnAir: boolean;
  operation: { status: string };
  cloud: CloudState;
}

/** Plays one show against what runs: REST for everything that an app would call, the simulator's controls as the devices. */
export class Show {
  constructor(
    private readonly ready: Ready,
    private readonly say: (line: string) => void,
    private readonly seed: number,
  ) {}

  async play(): Promise<Played> {
    await this.control('PUT', '/chaos', { ...CHAOS, seed: this.seed });
    try {
      return await this.playUnderChaos();
    } finally {
      await this.control('PUT', '/chaos', CALM);
    }
  }

  private async playUnderChaos(): Promise<Played> {
    const session = await this.api<Session>('POST', '/v1/sessions', { name: 'Rehearsal', hostUserId: 'host' });
    this.say(`session ${session.id} on ${session.stageArn}`);
    const viewers = await this.seatViewers(session.id);
    this.say(`${viewers.length} viewers are subscribed`);

    const host = await this.enter(session.id, 'host', 'host');
    await this.device(host, 'publish');
    const guests: Device[] = [];
    for (let index = 1; index <= GUESTS; index++) {
      const guest = await this.enter(session.id, `guest-${index}`, 'guest');
      await this.device(guest, 'publish');
      guests.push(guest);
    }
    const away = viewers.filter((_, index) => index % 2 === 1);
    for (const viewer of away) viewer.drop();
    this.say(`${away.length} viewers lost their connection`);
    for (const guest of guests) await this.device(guest, 'unpublish');
    for (const guest of guests.slice(1)) await this.device(guest, 'publish');
    await this.device(guests.at(-1) as Device, 'leave');
    const stayed = viewers.filter((viewer) => !away.includes(viewer));
    const agreedWhileAway = await this.settle(session, stayed);
    await Promise.all(away.map((viewer) => viewer.arrive()));
    this.say(`they are back and were given ${away.reduce((sum, viewer) => sum + viewer.replayed, 0)} missed events`);
    const agreedOnAir = agreedWhileAway && (await this.settle(session, viewers));

    const { operationId } = await this.api<OperationAccepted>(
      'POST',
      `/v1/sessions/${session.id}/end`,
      {},
      host.joined.accessToken,
    );
    this.say('the host ended the session');
    const operation = await this.finish(operationId, viewers);
    return { session, viewers, agreedOnAir, operation, cloud: await this.control<CloudState>('GET', '/state') };
  }

  private async seatViewers(sessionId: string): Promise<Viewer[]> {
    const viewers: Viewer[] = [];
    for (let index = 1; index <= VIEWERS; index++) {
      const userId = `viewer-${index}`;
      const { token } = await this.api<AccessToken>('POST', '/v1/access-tokens', { userId, role: 'viewer', sessionId });
      viewers.push(new Viewer(this.ready.gateway, token, userId, `session/${sessionId}`));
    }
    await Promise.all(viewers.map((viewer) => viewer.arrive()));
    return viewers;
  }

  private async enter(sessionId: string, userId: string, role: 'host' | 'guest'): Promise<Device> {
    const joined = await this.api<JoinedSession>('POST', `/v1/sessions/${sessionId}/join`, {
      userId,
      role,
      deviceId: 'phone',
    });
    const { participantId } = await this.control<{ participantId: string }>('POST', '/participants', {
      token: joined.participantToken,
    });
    return { joined, participantId };
  }

  private device(device: Device, action: 'publish' | 'unpublish' | 'leave'): Promise<unknown> {
    return this.control('POST', `/participants/${device.participantId}/${action}`, {});
  }

  /** Waits until every viewer sees on air whom the cloud has on air. @returns whether that came to be */
  private async settle(session: Session, viewers: Viewer[]): Promise<boolean> {
    const agree = async () => {
      const cloud = await this.control<CloudState>('GET', '/state');
      const onAir = cloud.participants.filter((one) => one.stageArn === session.stageArn && one.publishing);
      const expected = onAir
        .map((one) => one.participantId)
        .sort()
        .join();
      return viewers.every((viewer) => publishing(viewer) === expected) || undefined;
    };
    return until('every viewer to see who is on air', SETTLE_MS, agree).catch(() => false);
  }

  private async finish(operationId: string, viewers: Viewer[]): Promise<{ status: string }> {
    await until(
      'every viewer to see the end',
      SETTLE_MS,
      () => viewers.every((one) => one.seen.session?.status === 'ended') || undefined,
    );
    const look = () => this.api<{ status: string }>('GET', `/v1/operations/${operationId}`);
    const isOver = async () => ((await look()).status === 'pending' ? undefined : true);
    // One that never ends is a finding, not a reason to print none.
    await until('the stage to be deleted', SETTLE_MS, isOver).catch(() => undefined);
    const operation = await look();
    const longest = Math.max(...viewers.map((viewer) => viewer.lastSeq));
    await until(
      'every viewer to have the last event',
      SETTLE_MS,
      () => viewers.every((one) => one.lastSeq === longest) || undefined,
    );
    return operation;
  }

  private api<T>(method: string, path: string, body?: unknown, bearer = this.ready.apiKey): Promise<T> {
    return call<T>(method, this.ready.gateway + path, body, bearer);
  }

  private control<T>(method: string, path: string, body?: unknown): Promise<T> {
    return call<T>(method, `${this.ready.simulator}/_control${path}`, body);
  }
}

function publishing(viewer: Viewer): string {
  const ids = [...viewer.seen.participants.values()]
    .filter((one) => one.state === 'published')
    .map((one) => one.participantId);
  return ids.sort().join();
}

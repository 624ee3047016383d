import {
  type ChatTokenCapability,
  CreateChatTokenCommand,
  CreateRoomCommand,
  DeleteMessageCommand,
  DeleteRoomCommand,
  DisconnectUserCommand,
  SendEventCommand,
} from '@aws-sdk/client-ivschat';
import WebSocket from 'ws';
import { SystemClock } from '#platform';
import { until } from '#testing';
import { startCloud, type TestCloud } from './simulator.harness.js';

type Frame = Record<string, unknown> & { Type: string };

/** A raw chat client: what it got, in order. */
class Chatter {
  readonly frames: Frame[] = [];
  closeCode: number | undefined;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.frames.push(JSON.parse(data.toString()) as Frame));
    socket.on('close', (code) => {
      this.closeCode = code;
    });
  }

  say(action: object | string): void {
    this.socket.send(typeof action === 'string' ? action : JSON.stringify(action));
  }

  next(matching: Partial<Frame>): Promise<Frame> {
    const isMatch = (frame: Frame) => Object.entries(matching).every(([key, value]) => frame[key] === value);
    return until(async () => this.frames.find(isMatch), { what: JSON.stringify(matching) });
  }
}

describe('the chat socket', () => {
  let cloud: TestCloud;
  beforeAll(async () => {
    cloud = await startCloud();
  });
  afterAll(() => cloud.close());

  const createRoom = async (settings: object = {}) =>
    (await cloud.chat.send(new CreateRoomCommand({ maximumMessageRatePerSecond: 100, ...settings }))).arn ?? '';
  const tokenFor = async (
    roomIdentifier: string,
    userId: string,
    capabilities: ChatTokenCapability[] = ['SEND_MESSAGE'],
  ) =>
    (
      await cloud.chat.send(
        new CreateChatTokenCommand({ roomIdentifier, userId, capabilities, attributes: { a: 'b' } }),
      )
    ).token ?? '';
  const open = (token: string, url = cloud.url) =>
    new Promise<Chatter>((resolve, reject) => {
      const socket = new WebSocket(url.replace('http', 'ws'), token);
      const chatter = new Chatter(socket);
      socket.on('open', () => resolve(chatter));
      socket.on('error', reject);
    });
  const join = async (room: string, userId: string, capabilities?: ChatTokenCapability[]) =>
    open(await tokenFor(room, userId, capabilities));

  it('opens once by a token, and never without a good one', async () => {
    const token = await tokenFor(await createRoom(), 'ann');
    const ann = await open(token);
    expect(ann.socket.protocol).toBe(token);
    for (const bad of [token, 'made-up']) await expect(open(bad)).rejects.toThrow('401');
  });

  it('takes a message to everyone in the room, the sender too, and to nobody else', async () => {
    const [room, elsewhere] = [await createRoom(), await createRoom()];
    const [ann, bob, eve] = [await join(room, 'ann'), await join(room, 'bob'), await join(elsewhere, 'eve')];
    ann.say({ Action: 'SEND_MESSAGE', RequestId: 'r1', Content: 'hello', Attributes: { mood: 'good' } });
    for (const chatter of [ann, bob]) {
      expect(await chatter.next({ Type: 'MESSAGE' })).toEqual({
        Type: 'MESSAGE',
        Id: expect.stringMatching(/^[a-zA-Z0-9]{12}$/),
        RequestId: 'r1',
        Content: 'hello',
        Attributes: { mood: 'good' },
        SendTime: expect.any(String),
        Sender: { UserId: 'ann', Attributes: { a: 'b' } },
      });
    }
    expect(eve.frames).toEqual([]);
  });

  it('refuses with the code that says why, by the request’s id', async () => {
    const room = await createRoom({ maximumMessageLength: 5 });
    const [ann, reader] = [await join(room, 'ann'), await join(room, 'reader', [])];
    const refused = async (chatter: Chatter, RequestId: string, action: object, code: number) => {
      chatter.say({ RequestId, ...action });
      expect(await chatter.next({ RequestId })).toMatchObject({ Type: 'ERROR', ErrorCode: code });
    };
    await refused(ann, 'empty', { Action: 'SEND_MESSAGE', Content: '' }, 400);
    await refused(ann, 'unknown', { Action: 'DANCE' }, 400);
    await refused(ann, 'long', { Action: 'SEND_MESSAGE', Content: '123456' }, 413);
    await refused(ann, 'heavy', { Action: 'SEND_MESSAGE', Content: 'x', Attributes: { a: 'é'.repeat(512) } }, 413);
    await refused(ann, 'delete', { Action: 'DELETE_MESSAGE', Id: 'abcdefghijkl' }, 403);
    await refused(ann, 'kick', { Action: 'DISCONNECT_USER', UserId: 'reader' }, 403);
    await refused(reader, 'mute', { Action: 'SEND_MESSAGE', Content: 'x' }, 403);
    ann.say('{"not json');
    expect(await ann.next({ RequestId: '' })).toMatchObject({ ErrorCode: 400 });
    // Five emoji are ten UTF-16 units: IVS counts characters.
    ann.say({ Action: 'SEND_MESSAGE', RequestId: 'emoji', Content: '🎉🎉🎉🎉🎉' });
    expect(await reader.next({ RequestId: 'emoji' })).toMatchObject({ Type: 'MESSAGE' });
  });

  it('holds each connection to ten requests a second, and the room to its own rate', async () => {
    const room = await createRoom({ maximumMessageRatePerSecond: 3 });
    const ann = await join(room, 'ann');
    for (let n = 1; n <= 12; n++) ann.say({ Action: 'SEND_MESSAGE', RequestId: `${n}`, Content: 'x' });
    await ann.next({ RequestId: '12' });
    const codes = ann.frames.map(({ Type, ErrorCode, ErrorMessage }) =>
      Type === 'MESSAGE' ? Type : `${ErrorCode} ${ErrorMessage}`,
    );
    expect(codes).toEqual([
      ...Array(3).fill('MESSAGE'),
      ...Array(7).fill('429 Too many messages in the room'),
      ...Array(2).fill('429 Too many requests'),
    ]);
  });

  it('lets a backend delete a message, send an event and disconnect a user on every connection', async () => {
    const roomIdentifier = await createRoom();
    const [ann, phone, laptop] = [
      await join(roomIdentifier, 'ann'),
      await join(roomIdentifier, 'mal'),
      await join(roomIdentifier, 'mal'),
    ];
    const id = 'abcdefghijkl';
    await cloud.chat.send(new DeleteMessageCommand({ roomIdentifier, id, reason: 'spam' }));
    expect(await ann.next({ EventName: 'aws:DELETE_MESSAGE' })).toMatchObject({
      Type: 'EVENT',
      Attributes: { MessageID: id, MessageId: id, Reason: 'spam' },
    });
    const sent = await cloud.chat.send(
      new SendEventCommand({ roomIdentifier, eventName: 'app:GIFT', attributes: { n: '1' } }),
    );
    expect(await ann.next({ EventName: 'app:GIFT' })).toMatchObject({ Id: sent.id, Attributes: { n: '1' } });
    await cloud.chat.send(new DisconnectUserCommand({ roomIdentifier, userId: 'mal', reason: 'kicked' }));
    await until(async () => phone.closeCode !== undefined && laptop.closeCode !== undefined);
    expect(await ann.next({ EventName: 'aws:DISCONNECT_USER' })).toMatchObject({
      Attributes: { UserId: 'mal', Reason: 'kicked' },
    });
    expect(ann.closeCode).toBeUndefined();
    // It ends connections, not the right to come back: that is the product's matter.
    expect((await join(roomIdentifier, 'mal')).socket.readyState).toBe(WebSocket.OPEN);
  });

  it('lets a moderator’s own connection do the same', async () => {
    const room = await createRoom();
    const [mod, mal] = [
      await join(room, 'mod', ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER']),
      await join(room, 'mal'),
    ];
    mod.say({ Action: 'DELETE_MESSAGE', RequestId: 'd', Id: 'abcdefghijkl', Reason: 'r' });
    expect(await mal.next({ RequestId: 'd' })).toMatchObject({ EventName: 'aws:DELETE_MESSAGE' });
    mod.say({ Action: 'DISCONNECT_USER', RequestId: 'k', UserId: 'mal' });
    expect(await mod.next({ RequestId: 'k' })).toMatchObject({ EventName: 'aws:DISCONNECT_USER' });
    await until(async () => mal.closeCode !== undefined);
  });

  it('goes on after its room was deleted, but nobody new comes in', async () => {
    const room = await createRoom();
    const [ann, bob] = [await join(room, 'ann'), await join(room, 'bob')];
    await cloud.chat.send(new DeleteRoomCommand({ identifier: room }));
    ann.say({ Action: 'SEND_MESSAGE', RequestId: 'still', Content: 'here' });
    expect(await bob.next({ RequestId: 'still' })).toMatchObject({ Type: 'MESSAGE' });
    await expect(tokenFor(room, 'eve')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('ends with the chat session, and a token dies unused after a minute', async () => {
    // A minute is a second.
    const fast = await startCloud({ clock: new SystemClock(60) });
    try {
      const { arn: roomIdentifier } = await fast.chat.send(new CreateRoomCommand({}));
      const make = () =>
        fast.chat.send(new CreateChatTokenCommand({ roomIdentifier, userId: 'ann', sessionDurationInMinutes: 1 }));
      const [used, unused] = [await make(), await make()];
      const ann = await open(used.token ?? '', fast.url);
      await until(async () => ann.closeCode !== undefined);
      expect(ann.closeCode).toBe(1_000);
      await expect(open(unused.token ?? '', fast.url)).rejects.toThrow('401');
    } finally {
      await fast.close();
    }
  });
});

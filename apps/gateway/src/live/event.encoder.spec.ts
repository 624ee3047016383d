import { Server } from 'socket.io';
import type { LiveEvent } from '#contracts';
import { EventBatch } from '#live';
import { EventEncoder } from './event.encoder.js';
import { textFrame } from './frame.js';

const event = { topic: 'session/ä"', epoch: 'e', seq: 1, data: { text: '\u2028\ud83d\ude00' } } as unknown as LiveEvent;

describe('the event encoder', () => {
  it("writes what Socket.IO's own encoder writes", () => {
    const { encoder } = new Server();
    const own = new EventEncoder('/live').encode(new EventBatch([event, event]));
    const packet = encoder.encode({ type: 2, nsp: '/live', data: ['event', event] });
    expect(own.packets).toEqual([...packet, ...packet]);
    const frame = textFrame(`4${packet[0]}`);
    expect(own.frames).toEqual(Buffer.concat([frame, frame]));
  });

  it('encodes a batch and a notice once, however many get them', () => {
    const encoder = new EventEncoder('/live');
    const batch = new EventBatch([event]);
    expect(batch.as(encoder)).toBe(batch.as(encoder));
    const notice = { topic: 't', watching: 3 };
    expect(encoder.audience(notice)).toBe(encoder.audience(notice));
    expect(encoder.audience(notice).packets).toEqual(['2/live,["audience",{"topic":"t","watching":3}]']);
  });
});

describe('a text frame', () => {
  it.each([
    [0, '8100'],
    [125, '817d'],
    [126, '817e007e'],
    [65_535, '817effff'],
    [65_536, '817f0000000000010000'],
  ])('of %i bytes has the header of RFC 6455', (length, header) => {
    const frame = textFrame('x'.repeat(length));
    expect(frame.subarray(0, frame.length - length).toString('hex')).toBe(header);
    expect(frame.subarray(frame.length - length).toString()).toBe('x'.repeat(length));
  });

  it('counts bytes, not characters', () => {
    expect(textFrame('ä')).toEqual(Buffer.from([0x81, 2, 0xc3, 0xa4]));
  });
});
